using System.Diagnostics;
using Fraud.Stream.Tracing;
using OpenTelemetry;

namespace Fraud.Http.Tracing;

/// <summary>Spans that wait to be sent, to a bound; further ones are dropped, and counted. Thread-safe.</summary>
internal sealed class SpanQueue : BatchActivityExportProcessor
{
    private readonly SpanExporter _exporter;
    private readonly int _capacity;
    private long _entered;
    private long _dropped;

    public SpanQueue(SpanExporter exporter, TracingOptions options)
        : base(
            exporter, options.QueueCapacity, (int)options.ExportInterval.TotalMilliseconds, (int)options.ExportTimeout.TotalMilliseconds,
            options.MaxExportBatch)
    {
        _exporter = exporter;
        _capacity = options.QueueCapacity;
    }

    public long Dropped => Interlocked.Read(ref _dropped);

    // The queue beneath has the same bound, and would tell nobody.
    public override void OnEnd(Activity data)
    {
        if (!data.Recorded)
        {
            return;
        }

        if (Interlocked.Increment(ref _entered) - _exporter.Taken > _capacity)
        {
            Interlocked.Decrement(ref _entered);
            Interlocked.Increment(ref _dropped);
            return;
        }

        base.OnEnd(data);
    }
}
