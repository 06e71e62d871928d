using Fraud.Stream.Batching;
using Fraud.Stream.Drift;
using Fraud.Stream.Kafka;
using Fraud.Stream.Overload;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.FanOut;

/// <summary>Makes what stands behind the commit.</summary>
/// <param name="pace">Learns from answers how late callers are, and keeps Kafka's batches back by that.</param>
/// <param name="drift">Looks at what was scored; null when it is not watched.</param>
public sealed class SinkStages(
    IFraudStore store, PersistenceOptions options, KafkaPace pace, StreamMetrics metrics, JournalFeeds feeds, ILogger<RepeatSink> log, DriftMonitor? drift = null)
{
    // Short beside what it takes to write the rows that are missing.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Keeps a batch from Kafka back while payments over HTTP are late, or rows too far behind.</summary>
    public Func<CommittableBatch, Task<MicroBatch>> Hold(CancellationToken stop) => async read =>
    {
        while (feeds.Results.IsFull)
        {
            await Task.Delay(Look, metrics.Time, stop);
        }

        return await pace.Hold(read);
    };

    /// <param name="stored">Told how far a partition is stored. Must not block.</param>
    public ReplySink Reply(Action<CommittableOffset> stored, InFlight inFlight) => new(stored, pace, inFlight);

    /// <param name="stop">Ends waits for the store.</param>
    public RepeatSink Repeat(ReplySink replies, CancellationToken stop) => new(store, options, replies, log, stop);

    public PageSink Pages() => new(feeds);

    public MetricsSink Measure() => new(metrics, drift);
}
