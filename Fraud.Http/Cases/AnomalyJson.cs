using System.Text.Json;
using Fraud.Model;
using Fraud.Stream.Cases;

namespace Fraud.Http.Cases;

/// <summary>A flagged payment as JSON.</summary>
internal static class AnomalyJson
{
    /// <param name="card">What is shown of its card.</param>
    public static void Write(Utf8JsonWriter json, FlaggedPayment payment, string card)
    {
        json.WriteStartObject();
        WriteFields(json, payment, card);
        WriteCase(json, payment.Case);
        json.WriteEndObject();
    }

    /// <summary>Of the payment alone, within an object.</summary>
    public static void WriteFields(Utf8JsonWriter json, FlaggedPayment payment, string card)
    {
        var eventTime = DateTimeOffset.FromUnixTimeMilliseconds(payment.EventTimeMs);
        json.WriteString("transaction_id"u8, payment.TransactionId);
        json.WriteString("card_id"u8, card);
        json.WriteString("terminal_id"u8, payment.TerminalId);
        json.WriteNumber("amount"u8, (decimal)payment.AmountMinor / MinorUnitsOf(payment.Currency));
        json.WriteString("currency"u8, payment.Currency);
        json.WriteString("event_time"u8, eventTime);
        // The names that the references' clients read.
        json.WriteString("timestamp"u8, eventTime);
        json.WriteString("source"u8, payment.Source);
        json.WriteNumber("fraud_score"u8, payment.Score);
        json.WriteNumber("ml_anomaly_score"u8, payment.Score);
        json.WriteBoolean("is_anomaly"u8, true);
        json.WriteString("decision"u8, payment.Decision == Decision.Review ? "review"u8 : "block"u8);
        json.WriteStartArray("reasons"u8);
        foreach (var reason in payment.Reasons)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
        json.WriteString("model"u8, payment.Model);
        json.WriteString("model_version"u8, payment.ModelVersion);
        json.WriteString("scored_at"u8, DateTimeOffset.FromUnixTimeMilliseconds(payment.ScoredAtMs));
    }

    public static void WriteEvent(Utf8JsonWriter json, CaseEvent change)
    {
        json.WriteStartObject();
        json.WriteNumber("version"u8, change.Version);
        json.WriteString("at"u8, DateTimeOffset.FromUnixTimeMilliseconds(change.AtMs));
        json.WriteString("by"u8, change.Actor);
        json.WriteString("from"u8, change.From.Name());
        json.WriteString("to"u8, change.To.Name());
        json.WriteString("note"u8, change.Note);
        json.WriteEndObject();
    }

    public static void WriteCase(Utf8JsonWriter json, CaseState state)
    {
        json.WriteString("status"u8, state.Status.Name());
        json.WriteNumber("version"u8, state.Version);
        if (state.Version > 0)
        {
            json.WriteString("updated_at"u8, DateTimeOffset.FromUnixTimeMilliseconds(state.ChangedAtMs));
            json.WriteString("updated_by"u8, state.ChangedBy);
            json.WriteString("note"u8, state.Note);
        }
    }

    private static int MinorUnitsOf(string currency)
    {
        Span<byte> letters = stackalloc byte[8];
        return currency.Length == 3 && System.Text.Encoding.UTF8.TryGetBytes(currency, letters, out var length)
            && Currency.TryParse(letters[..length], out var parsed) ? parsed.MinorUnits : 1;
    }
}
