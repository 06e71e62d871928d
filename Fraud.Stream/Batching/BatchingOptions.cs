using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Batching;

/// <summary>Sizes of micro-batches and of the queues between stages. Config section "Batching".</summary>
public sealed class BatchingOptions
{
    public const string Section = "Batching";

    /// <summary>Most payments in one model call.</summary>
    // ONNX Runtime's cost per row stops falling between 128 and 256 rows (fraud bench, layer "onnx").
    [Range(1, 4_096)]
    public int MaxBatchSize { get; set; } = 256;

    /// <summary>
    /// Longest that the model waits for company when its batch is not full. Zero: it takes
    /// what is there, which is quickest at every load that was measured.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan Linger { get; set; } = TimeSpan.Zero;

    /// <summary>Batches that may wait between two stages.</summary>
    // Two keep both sides busy; each more adds a batch's scoring time (1 to 3 ms) to the latency behind a full queue.
    [Range(1, 1_024)]
    public int QueueCapacity { get; set; } = 4;

    /// <summary>Lanes: threads, each of which computes features and runs the model. A shard stays on one lane.</summary>
    // One core scores twice as many payments as another can store.
    [Range(1, 256)]
    public int LaneThreads { get; set; } = Math.Max(1, Environment.ProcessorCount / 4);
}
