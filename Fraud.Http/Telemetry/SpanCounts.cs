using System.Diagnostics.Metrics;
using Fraud.Stream.Telemetry;

namespace Fraud.Http.Telemetry;

/// <summary>What became of the spans that ended here. Thread-safe.</summary>
internal sealed class SpanCounts
{
    private long _sent;
    private long _refused;
    private long _dropped;

    public SpanCounts(StreamMetrics metrics) => metrics.ObserveTotals("fraud_trace_spans", "Spans, by what became of them.", Outcomes);

    /// <summary>Spans that do not wait any more.</summary>
    public long Exported => Interlocked.Read(ref _sent) + Interlocked.Read(ref _refused);

    public void Sent(long spans) => Interlocked.Add(ref _sent, spans);

    /// <summary>The collector did not take them.</summary>
    public void Refused(long spans) => Interlocked.Add(ref _refused, spans);

    /// <summary>One found no room to wait in.</summary>
    public void Dropped() => Interlocked.Increment(ref _dropped);

    private Measurement<long>[] Outcomes() =>
    [
        new(Interlocked.Read(ref _sent), new KeyValuePair<string, object?>("outcome", "sent")),
        new(Interlocked.Read(ref _refused), new KeyValuePair<string, object?>("outcome", "refused")),
        new(Interlocked.Read(ref _dropped), new KeyValuePair<string, object?>("outcome", "dropped")),
    ];
}
