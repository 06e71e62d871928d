using System.Text.Json;

namespace Fraud.Model.Decoding;

/// <summary>
/// Reads a label from JSON: transaction_id and is_fraud, and where the sender has them card_id, terminal_id
/// and event_time of the payment. Strict about types, tolerant of other fields.
/// </summary>
public static class LabelReader
{
    public static bool TryRead(ReadOnlySpan<byte> json, out Label label, out string error)
    {
        label = default;
        try
        {
            return TryReadObject(json, out label, out error);
        }
        catch (JsonException)
        {
            error = "body: expected one JSON object";
            return false;
        }
    }

    private static bool TryReadObject(ReadOnlySpan<byte> json, out Label label, out string error)
    {
        label = default;
        error = "body: expected one JSON object";
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        ShortText id = default, card = default, terminal = default;
        long time = 0;
        bool? isFraud = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            var ok = true;
            if (name.SequenceEqual("transaction_id"u8))
            {
                ok = ReadId(ref reader, ref id, "transaction_id", out error);
            }
            else if (name.SequenceEqual("card_id"u8) || name.SequenceEqual("customer_id"u8))
            {
                ok = ReadId(ref reader, ref card, "card_id", out error);
            }
            else if (name.SequenceEqual("terminal_id"u8) || name.SequenceEqual("merchant_id"u8))
            {
                ok = ReadId(ref reader, ref terminal, "terminal_id", out error);
            }
            else if (name.SequenceEqual("event_time"u8))
            {
                reader.Read();
                ok = FieldReaders.TryReadTime(ref reader, out time);
                error = "event_time: expected an ISO 8601 time with a zone, or seconds or milliseconds since 1970";
            }
            else if (name.SequenceEqual("is_fraud"u8))
            {
                ok = ReadFlag(ref reader, out isFraud);
                error = "is_fraud: expected true, false, 1 or 0";
            }
            else
            {
                reader.Read();
                reader.Skip();
            }

            if (!ok)
            {
                return false;
            }
        }

        if (id.IsEmpty)
        {
            error = "transaction_id: expected a non-empty string or an integer";
            return false;
        }

        if (isFraud is not { } fraud)
        {
            error = "is_fraud: expected true, false, 1 or 0";
            return false;
        }

        label = new Label(id, card, terminal, time, fraud);
        return true;
    }

    private static bool ReadId(ref Utf8JsonReader reader, ref ShortText into, string field, out string error)
    {
        reader.Read();
        error = $"{field}: expected a non-empty string or an integer of at most {ShortText.Capacity} bytes";
        return FieldReaders.TryReadId(ref reader, ShortText.Capacity, ref into);
    }

    private static bool ReadFlag(ref Utf8JsonReader reader, out bool? flag)
    {
        reader.Read();
        flag = reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Number when reader.ValueSpan.Length == 1 && reader.ValueSpan[0] is (byte)'0' or (byte)'1' =>
                reader.ValueSpan.SequenceEqual("1"u8),
            _ => null,
        };
        return flag is not null;
    }
}
