using System.Diagnostics.Metrics;
using Fraud.Stream.Telemetry;

namespace Fraud.Stream.Retention;

/// <summary>What this node removed, and when it last came to the end of it. Thread-safe.</summary>
public sealed class RetentionCounts
{
    private readonly long[] _removed = new long[Enum.GetValues<RetainedKind>().Length];
    private readonly TimeProvider _time;
    private long _doneAt;

    public RetentionCounts(StreamMetrics metrics, TimeProvider time)
    {
        _time = time;
        _doneAt = time.GetTimestamp();
        metrics.ObserveTotals("fraud_retention_removed", "Rows that were over age and were removed by this node, by kind.", () => _removed.Select(
            static (rows, kind) => new Measurement<long>(rows, new KeyValuePair<string, object?>("kind", NameOf((RetainedKind)kind)))));
        metrics.Observe(
            "fraud_retention_age_seconds", "Since this node last removed all that was over age, or found another node at it, or since the start.",
            () => Age.TotalSeconds);
    }

    public TimeSpan Age => _time.GetElapsedTime(Interlocked.Read(ref _doneAt));

    public long Of(RetainedKind kind) => Interlocked.Read(ref _removed[(int)kind]);

    public static string NameOf(RetainedKind kind) => kind switch
    {
        RetainedKind.WebhookEvents => "webhook_events",
        RetainedKind.LabelChanges => "label_changes",
        RetainedKind.RefusedRows => "refused_rows",
        _ => kind.ToString().ToLowerInvariant(),
    };

    internal void Add(RetainedKind kind, long rows) => Interlocked.Add(ref _removed[(int)kind], rows);

    internal void Done() => Interlocked.Exchange(ref _doneAt, _time.GetTimestamp());
}
