using Fraud.Stream.Batching;
using Fraud.Stream.Drift;
using Fraud.Stream.Telemetry;

namespace Fraud.Stream.FanOut;

/// <summary>Counts what was scored and how long it took, and how it was distributed.</summary>
public sealed class MetricsSink(StageQueue<MicroBatch> input, StreamMetrics metrics, DriftMonitor? drift = null)
{
    public void Run(CancellationToken cancellation)
    {
        while (input.Read(out var batch, cancellation))
        {
            metrics.Scored(batch);
            drift?.Observe(batch);
            batch.Release();
        }
    }
}
