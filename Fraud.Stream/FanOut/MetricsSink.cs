using Fraud.Stream.Batching;
using Fraud.Stream.Telemetry;

namespace Fraud.Stream.FanOut;

/// <summary>Counts what was scored and how long it took.</summary>
public sealed class MetricsSink(StageQueue<MicroBatch> input, StreamMetrics metrics)
{
    public void Run(CancellationToken cancellation)
    {
        while (input.Read(out var batch, cancellation))
        {
            metrics.Scored(batch);
            batch.Release();
        }
    }
}
