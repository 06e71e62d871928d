using Fraud.Stream.Batching;
using Fraud.Stream.Drift;
using Fraud.Stream.Telemetry;

namespace Fraud.Stream.FanOut;

/// <summary>Counts what was scored and how long it took, and how it was distributed.</summary>
public sealed class MetricsSink(StreamMetrics metrics, DriftMonitor? drift = null)
{
    public void Apply(BatchGroup group)
    {
        foreach (var batch in group.Batches)
        {
            metrics.Scored(batch);
            drift?.Observe(batch);
        }

        group.Release();
    }
}
