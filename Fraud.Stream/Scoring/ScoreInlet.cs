using Fraud.Stream.Batching;

namespace Fraud.Stream.Scoring;

/// <summary>The two queues from one lane to its scoring thread: somebody waits for what is in Express.</summary>
/// <param name="wake">The scoring thread's signal.</param>
public sealed class ScoreInlet(int capacity, WakeSignal wake)
{
    /// <summary>Batches of payments that came over HTTP.</summary>
    public StageQueue<MicroBatch> Express { get; } = new(capacity, wake);

    /// <summary>Batches read from Kafka.</summary>
    public StageQueue<MicroBatch> Bulk { get; } = new(capacity, wake);

    public bool IsEnded => Express.IsEnded && Bulk.IsEnded;

    public void Complete()
    {
        Express.Complete();
        Bulk.Complete();
    }
}
