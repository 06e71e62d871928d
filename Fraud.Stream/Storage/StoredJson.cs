using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Tracing;

namespace Fraud.Stream.Storage;

/// <summary>The JSON that the stores write: reasons, alerts, headers. Only flagged payments cost anything.</summary>
internal static class StoredJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? threadBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? threadJson;

    /// <summary>Dead letters of labels belong to no shard; the owner of this one sends them.</summary>
    public const int LabelsShard = 0;

    public static string NameOf(Decision decision) => decision switch
    {
        Decision.Approve => "approve",
        Decision.Review => "review",
        _ => "block",
    };

    /// <summary>The alert as it leaves to Kafka.</summary>
    public static byte[] Alert(in AlertContent payment)
    {
        var (buffer, json) = Take();
        json.WriteStartObject();
        json.WriteString("alert_id", payment.AlertId);
        json.WriteString("transaction_id", payment.Id.Utf8);
        json.WriteString("card_id", payment.CardId.Utf8);
        json.WriteString("terminal_id", payment.TerminalId.Utf8);
        json.WriteNumber("amount", (decimal)payment.AmountMinor / payment.Currency.MinorUnits);
        json.WriteString("currency", payment.Currency.ToString());
        json.WriteString("event_time", DateTimeOffset.FromUnixTimeMilliseconds(payment.EventTimeMs));
        json.WriteNumber("fraud_score", payment.Score);
        json.WriteString("decision", NameOf(payment.Decision));
        json.WriteStartArray("reasons");
        foreach (var reason in payment.Reasons)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
        json.WriteString("model", payment.ScoredBy?.Model);
        json.WriteString("model_version", payment.ScoredBy?.Version);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static string Reasons(IReadOnlyList<string> reasons) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var reason in reasons)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
    });

    public static IReadOnlyList<string> ReadReasons(string json) => JsonSerializer.Deserialize<string[]>(json) ?? [];

    /// <summary>Its id, and the payment's trace where that is sampled.</summary>
    public static string AlertHeaders(in AlertContent payment)
    {
        var id = KeyValuePair.Create("alert_id", payment.AlertId);
        if (payment.TraceParent.Length == 0)
        {
            return Headers([id]);
        }

        var parent = KeyValuePair.Create(PaymentTracer.ParentHeader, payment.TraceParent);
        return payment.TraceState is { Length: > 0 } state
            ? Headers([id, parent, KeyValuePair.Create(PaymentTracer.StateHeader, state)])
            : Headers([id, parent]);
    }

    /// <summary>Where the record came from: one record has one dead letter, however often it is read.</summary>
    public static string DeadLetterSource(string topic, int partition, long offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{topic}-{partition}-{offset}");

    /// <summary>Why a record is in the dead-letter topic and where it came from.</summary>
    public static string DeadLetterHeaders(DeadLetter letter, string topic, int partition, long offset, long arrivedAtMs) => Headers(
    [
        KeyValuePair.Create("reason", letter.Reason),
        KeyValuePair.Create("field", letter.Field),
        KeyValuePair.Create("error", letter.Error),
        KeyValuePair.Create("origin.topic", topic),
        KeyValuePair.Create("origin.partition", partition.ToString(CultureInfo.InvariantCulture)),
        KeyValuePair.Create("origin.offset", offset.ToString(CultureInfo.InvariantCulture)),
        KeyValuePair.Create(
            "origin.at",
            DateTimeOffset.FromUnixTimeMilliseconds(arrivedAtMs).ToString("O", CultureInfo.InvariantCulture)),
    ]);

    public static IReadOnlyList<KeyValuePair<string, string>> ReadHeaders(string json) =>
        [.. JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? []];

    private static string Headers(IEnumerable<KeyValuePair<string, string>> headers) => Write(json =>
    {
        json.WriteStartObject();
        foreach (var (name, value) in headers)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    });

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var (buffer, json) = Take();
        write(json);
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // This thread's, empty. Nothing that writes calls another that writes.
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) Take()
    {
        var buffer = threadBuffer ??= new ArrayBufferWriter<byte>(1_024);
        var json = threadJson ??= new Utf8JsonWriter(buffer, Options);
        buffer.ResetWrittenCount();
        json.Reset();
        return (buffer, json);
    }
}
