using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Alerts;

/// <summary>An alert's value as it leaves to Kafka.</summary>
internal static class AlertJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(in AlertContent payment)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("alert_id", payment.AlertId);
            json.WriteString("transaction_id", payment.Id.Utf8);
            json.WriteString("card_id", payment.CardId.Utf8);
            json.WriteString("terminal_id", payment.TerminalId.Utf8);
            json.WriteNumber("amount", (decimal)payment.AmountMinor / payment.Currency.MinorUnits);
            json.WriteString("currency", payment.Currency.ToString());
            json.WriteString("event_time", DateTimeOffset.FromUnixTimeMilliseconds(payment.EventTimeMs));
            json.WriteNumber("fraud_score", payment.Score);
            json.WriteString("decision", StoredJson.NameOf(payment.Decision));
            json.WriteStartArray("reasons");
            foreach (var reason in payment.Reasons)
            {
                json.WriteStringValue(reason);
            }

            json.WriteEndArray();
            json.WriteString("model", payment.ScoredBy?.Model);
            json.WriteString("model_version", payment.ScoredBy?.Version);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
