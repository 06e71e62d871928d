using System.Text.Json;
using Fraud.Model.CardNumbers;

namespace Fraud.Model.Decoding;

/// <summary>
/// Reads a label from UTF-8 JSON: transaction_id and is_fraud, and where the sender has them card_id,
/// terminal_id and event_time of the payment. As strict as <see cref="TransactionReader"/>, with the same
/// names and limits; tolerant of fields it does not know, and of null where a field could be left out. Thread-safe.
/// </summary>
public sealed class LabelReader(TransactionLimits limits, CardNumberGuard cards, TimeProvider? time = null)
{
    private const string FlagExpected = "true, false, 1 or 0";
    private readonly IdentityReader _identity = new(limits, cards, time ?? TimeProvider.System);
    private readonly JsonReaderOptions _json = new() { MaxDepth = limits.MaxJsonDepth };

    /// <summary>Reads one JSON object with nothing after it.</summary>
    public bool TryRead(ReadOnlySpan<byte> json, out Label label, out DecodeError error)
    {
        label = default;
        try
        {
            var reader = new Utf8JsonReader(ByteOrderMark.Skip(json), _json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                error = DecodeError.InvalidJson;
                return false;
            }

            if (!TryReadFields(ref reader, out var read, out error))
            {
                return false;
            }

            if (reader.Read())
            {
                error = DecodeError.InvalidJson;
                return false;
            }

            label = read;
            return true;
        }
        catch (JsonException)
        {
            error = DecodeError.InvalidJson;
            return false;
        }
    }

    private bool TryReadFields(ref Utf8JsonReader reader, out Label label, out DecodeError error)
    {
        label = default;
        ShortText id = default, card = default, terminal = default, merchant = default;
        long unixMs = 0;
        bool? fraud = null;
        var seen = default(SeenFields);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (FieldReaders.NameIs(ref reader, "is_fraud"u8))
            {
                if (!TryReadFlag(ref reader, ref fraud, out error))
                {
                    return false;
                }

                continue;
            }

            var field = TransactionFields.Of(ref reader, out _);
            reader.Read();
            if (field == TransactionField.CustomerId)
            {
                field = TransactionField.CardId;
            }

            if (field is not (TransactionField.TransactionId or TransactionField.CardId
                    or TransactionField.TerminalId or TransactionField.MerchantId or TransactionField.EventTime)
                || reader.TokenType == JsonTokenType.Null)
            {
                // A label may carry the whole payment: what it is not asked for is no business of ours.
                reader.Skip();
                continue;
            }

            if (!seen.Add(field, column: -1))
            {
                error = DecodeError.Duplicate(TransactionFields.NameOf(field, column: -1));
                return false;
            }

            var read = field switch
            {
                TransactionField.TransactionId => _identity.TryReadId(ref reader, ref id, "transaction_id", out error),
                TransactionField.CardId => _identity.TryReadCard(ref reader, ref card, "card_id", out error),
                TransactionField.TerminalId => _identity.TryReadId(ref reader, ref terminal, "terminal_id", out error),
                TransactionField.MerchantId => _identity.TryReadId(ref reader, ref merchant, "merchant_id", out error),
                _ => _identity.TryReadTime(ref reader, out unixMs, out error),
            };
            if (!read)
            {
                return false;
            }
        }

        if (id.IsEmpty)
        {
            error = DecodeError.Missing("transaction_id", _identity.IdExpected);
            return false;
        }

        if (fraud is not { } isFraud)
        {
            error = DecodeError.Missing("is_fraud", FlagExpected);
            return false;
        }

        label = new Label(id, card, terminal.IsEmpty ? merchant : terminal, unixMs, isFraud);
        error = default;
        return true;
    }

    private static bool TryReadFlag(ref Utf8JsonReader reader, ref bool? flag, out DecodeError error)
    {
        error = default;
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (flag is not null)
        {
            error = DecodeError.Duplicate("is_fraud");
            return false;
        }

        flag = reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Number when reader.ValueSpan.SequenceEqual("1"u8) => true,
            JsonTokenType.Number when reader.ValueSpan.SequenceEqual("0"u8) => false,
            _ => null,
        };
        return flag is not null || DecodeError.Fail("is_fraud", FlagExpected, out error);
    }
}
