using System.Globalization;
using Fraud.Stream.Batching;
using Fraud.Stream.Tracing;

namespace Fraud.Stream.Alerts;

/// <summary>A record on its way to Kafka.</summary>
/// <param name="Headers">Names and values; may be empty.</param>
public sealed record OutgoingRecord(OutgoingKind Kind, byte[] Key, byte[] Value, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Size of the value that was left out because Kafka refused it; null: the value is there.</summary>
    public int? OmittedBytes { get; private init; }

    public static OutgoingRecord Alert(in AlertContent flagged)
    {
        var headers = new List<KeyValuePair<string, string>>(3) { new("alert_id", flagged.AlertId) };
        if (flagged.TraceParent.Length > 0)
        {
            headers.Add(new(PaymentTracer.ParentHeader, flagged.TraceParent));
            if (flagged.TraceState is { Length: > 0 } state)
            {
                headers.Add(new(PaymentTracer.StateHeader, state));
            }
        }

        return new OutgoingRecord(OutgoingKind.Alert, flagged.CardId.Utf8.ToArray(), AlertJson.Write(flagged), headers);
    }

    /// <summary>What could not be read, with why it is in the dead-letter topic and where it came from.</summary>
    public static OutgoingRecord DeadLetter(DeadLetter letter, string topic, int partition, long offset, long arrivedAtMs) => new(
        OutgoingKind.DeadLetter,
        letter.Key,
        letter.Value,
        [
            new("reason", letter.Reason),
            new("field", letter.Field),
            new("error", letter.Error),
            new("origin.topic", topic),
            new("origin.partition", partition.ToString(CultureInfo.InvariantCulture)),
            new("origin.offset", offset.ToString(CultureInfo.InvariantCulture)),
            new("origin.at", DateTimeOffset.FromUnixTimeMilliseconds(arrivedAtMs).ToString("O", CultureInfo.InvariantCulture)),
        ]);

    /// <summary>
    /// A record that Kafka will never take must not hold up those behind it: it leaves without its value, which is at its origin.
    /// </summary>
    public OutgoingRecord WithoutValue() => this with { Value = [], OmittedBytes = Value.Length };
}

/// <summary>Which topic a record leaves to.</summary>
public enum OutgoingKind
{
    Alert,
    DeadLetter,
}
