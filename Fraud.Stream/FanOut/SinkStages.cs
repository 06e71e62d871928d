using Fraud.Stream.Batching;
using Fraud.Stream.Drift;
using Fraud.Stream.Kafka;
using Fraud.Stream.Overload;
using Fraud.Stream.Telemetry;

namespace Fraud.Stream.FanOut;

/// <summary>Makes what stands behind the commit.</summary>
/// <param name="pace">Learns from answers how late callers are, and keeps Kafka's batches back by that.</param>
/// <param name="wakeOutbox">Tells the publisher that there is something to send. Must not block.</param>
/// <param name="drift">Looks at what was scored; null when it is not watched.</param>
public sealed class SinkStages(KafkaPace pace, StreamMetrics metrics, Action wakeOutbox, DriftMonitor? drift = null)
{
    /// <summary>Keeps a batch from Kafka back while payments over HTTP are late.</summary>
    public Func<CommittableBatch, Task<MicroBatch>> Hold => pace.Hold;

    /// <param name="stored">Told how far a partition is stored. Must not block.</param>
    public ReplySink Reply(Action<CommittableOffset> stored, InFlight inFlight) => new(stored, pace, inFlight);

    public AlertSink Alert() => new(wakeOutbox);

    public MetricsSink Measure() => new(metrics, drift);
}
