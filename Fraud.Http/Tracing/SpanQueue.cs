using System.Diagnostics;
using Fraud.Http.Telemetry;
using Fraud.Stream.Tracing;
using OpenTelemetry;

namespace Fraud.Http.Tracing;

/// <summary>The library's queue of spans that wait to be sent, which keeps to itself how many it drops: counts them. Thread-safe.</summary>
internal sealed class SpanQueue(SpanExporter exporter, SpanCounts counts, TracingOptions options) : BatchActivityExportProcessor(
    exporter, options.QueueCapacity, (int)options.ExportInterval.TotalMilliseconds, (int)options.ExportTimeout.TotalMilliseconds,
    options.MaxExportBatch)
{
    private readonly int _capacity = options.QueueCapacity;
    private long _entered;

    public override void OnEnd(Activity data)
    {
        if (!data.Recorded)
        {
            return;
        }

        if (Interlocked.Increment(ref _entered) - counts.Exported > _capacity)
        {
            Interlocked.Decrement(ref _entered);
            counts.Dropped();
            return;
        }

        base.OnEnd(data);
    }
}
