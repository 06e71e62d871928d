using System.Diagnostics.Metrics;
using System.Numerics;
using Fraud.Model;

namespace Fraud.Stream.Telemetry;

/// <summary>
/// How many payments came without which fields, by the way they came. Counted where a payment is read, once, so that one
/// that another node scores counts where it came in. Thread-safe; a payment that lacks nothing costs one addition.
/// </summary>
public sealed class FieldCounts
{
    private const int Http = 0;
    private const int Kafka = 1;

    // In the order of the bits of FieldGaps. "default": something stands in for it; "missing": nothing does.
    private static readonly (string Field, string Problem)[] Names =
    [
        ("transaction_id", "default"), ("card_id", "missing"), ("terminal_id", "missing"), ("source", "missing"),
        ("currency", "default"), ("event_time", "default"), ("other", "unknown"),
    ];

    private static readonly string[] Origins = ["http", "kafka"];

    private readonly long[] _read = new long[2];
    private readonly long[] _gaps = new long[2 * Names.Length];

    public FieldCounts(StreamMetrics metrics)
    {
        metrics.ObserveTotals("fraud_payments_read", "Payments that could be read, where they came in, by origin.", Read);
        metrics.ObserveTotals("fraud_payment_fields", "Payments that came without a field, or with an unknown one, by field and origin.", Gaps);
    }

    public void Add(FieldGaps gaps, bool isFromKafka)
    {
        var origin = isFromKafka ? Kafka : Http;
        Interlocked.Increment(ref _read[origin]);
        for (var left = (uint)gaps; left != 0; left &= left - 1)
        {
            Interlocked.Increment(ref _gaps[(origin * Names.Length) + BitOperations.TrailingZeroCount(left)]);
        }
    }

    /// <summary>Payments that came without one field.</summary>
    internal long Of(FieldGaps gap, bool isFromKafka) =>
        Interlocked.Read(ref _gaps[((isFromKafka ? Kafka : Http) * Names.Length) + BitOperations.TrailingZeroCount((uint)gap)]);

    private IEnumerable<Measurement<long>> Read() => Origins.Select((origin, i) =>
        new Measurement<long>(Interlocked.Read(ref _read[i]), new KeyValuePair<string, object?>("origin", origin)));

    // All from the start on, so that the first one is an increase.
    private IEnumerable<Measurement<long>> Gaps() => Origins.SelectMany((origin, i) => Names.Select((name, field) =>
        new Measurement<long>(
            Interlocked.Read(ref _gaps[(i * Names.Length) + field]),
            new KeyValuePair<string, object?>("field", name.Field),
            new KeyValuePair<string, object?>("origin", origin),
            new KeyValuePair<string, object?>("problem", name.Problem))));
}
