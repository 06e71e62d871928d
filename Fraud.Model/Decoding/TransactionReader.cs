using System.Globalization;
using System.Text;
using System.Text.Json;
using Fraud.Model.CardNumbers;

namespace Fraud.Model.Decoding;

/// <summary>
/// Reads a payment from UTF-8 JSON: strict about types, tolerant of fields it does not know. Allocates
/// nothing when the payment is good. Thread-safe.
/// </summary>
/// <remarks>
/// Fields: transaction_id (id), card_id, customer_id (user_id), terminal_id, merchant_id, amount, currency,
/// event_time (timestamp), source, features; or the 30 columns Time, V1 to V28, Amount by name.
/// A customer stands for the card of a payment that names none, and a merchant for the terminal; beside a card or a terminal
/// they are checked and not kept.
/// What is absent, or null, stays empty (ids), the default (currency) or zero (event time): callers fill it in.
/// </remarks>
public sealed class TransactionReader
{
    private readonly TransactionLimits _limits;
    private readonly CardNumberGuard _cards;
    private readonly IdentityReader _identity;
    private readonly Currency _defaultCurrency;
    private readonly JsonReaderOptions _json;

    public TransactionReader(TransactionLimits limits, CardNumberGuard cards, TimeProvider? time = null)
    {
        _limits = limits;
        _cards = cards;
        _identity = new IdentityReader(limits, cards, time ?? TimeProvider.System);
        _json = new JsonReaderOptions { MaxDepth = limits.MaxJsonDepth };
        if (!Currency.TryParse(Encoding.UTF8.GetBytes(limits.DefaultCurrency), out _defaultCurrency))
        {
            throw new ArgumentException("DefaultCurrency: expected an ISO 4217 code", nameof(limits));
        }
    }

    /// <summary>Options for a reader over a whole body.</summary>
    public JsonReaderOptions JsonOptions => _json;

    /// <summary>Reads one JSON object with nothing after it.</summary>
    public bool TryRead(ReadOnlySpan<byte> json, Transaction into, out DecodeError error)
    {
        try
        {
            var reader = new Utf8JsonReader(ByteOrderMark.Skip(json), _json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                error = DecodeError.InvalidJson;
                return false;
            }

            if (!TryRead(ref reader, into, out error))
            {
                return false;
            }

            if (reader.Read())
            {
                error = DecodeError.InvalidJson;
                return false;
            }

            return true;
        }
        catch (JsonException)
        {
            error = DecodeError.InvalidJson;
            return false;
        }
    }

    /// <summary>
    /// Reads the object that the reader stands at the start of. After a wrong field the reader is moved to
    /// the object's end, so that the next one of a batch can be read.
    /// </summary>
    /// <exception cref="JsonException">The text is no JSON; nothing after this can be read.</exception>
    public bool TryRead(ref Utf8JsonReader reader, Transaction into, out DecodeError error)
    {
        into.Clear();
        var depth = reader.CurrentDepth;
        var state = new ReadState { Currency = _defaultCurrency };
        error = default;
        var ok = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!ReadField(ref reader, into, ref state, out error))
            {
                ok = false;
                break;
            }
        }

        if (!ok)
        {
            while (reader.TokenType != JsonTokenType.EndObject || reader.CurrentDepth > depth)
            {
                if (!reader.Read())
                {
                    break;
                }
            }

            return false;
        }

        return Complete(into, ref state, out error);
    }

    private bool ReadField(ref Utf8JsonReader reader, Transaction into, ref ReadState state, out DecodeError error)
    {
        error = default;
        var field = TransactionFields.Of(ref reader, out var column);
        reader.Read();
        if (field == TransactionField.Other)
        {
            reader.Skip();
            into.Gaps |= FieldGaps.UnknownField;
            return true;
        }

        if (reader.TokenType == JsonTokenType.Null)
        {
            // Serializers write what they do not have as null.
            return true;
        }

        if (!state.Seen.Add(field, column))
        {
            error = DecodeError.Duplicate(TransactionFields.NameOf(field, column));
            return false;
        }

        switch (field)
        {
            case TransactionField.TransactionId:
                return _identity.TryReadId(ref reader, ref into.Id, "transaction_id", out error);
            case TransactionField.CardId:
                return _identity.TryReadCard(ref reader, ref into.CardId, "card_id", out error);
            case TransactionField.CustomerId:
                return _identity.TryReadCard(ref reader, ref state.Customer, "customer_id", out error);
            case TransactionField.TerminalId:
                return _identity.TryReadId(ref reader, ref into.TerminalId, "terminal_id", out error);
            case TransactionField.MerchantId:
                return _identity.TryReadId(ref reader, ref state.Merchant, "merchant_id", out error);
            case TransactionField.Source:
                return FieldReaders.TryReadText(ref reader, _limits.MaxIdLength, ref into.Source)
                    ? _cards.TryText(ref into.Source) || DecodeError.Fail("source", CardNumberGuard.TextExpected, out error)
                    : DecodeError.Fail("source", $"a string of at most {_limits.MaxIdLength} bytes without control characters", out error);
            case TransactionField.Currency:
                return reader.TokenType == JsonTokenType.String && Currency.TryParse(reader.ValueSpan, out state.Currency)
                    || DecodeError.Fail("currency", "an ISO 4217 code such as \"EUR\"", out error);
            case TransactionField.Amount:
                return FieldReaders.TryReadDecimal(ref reader, out state.Amount) && state.Amount >= 0
                    || DecodeError.Fail("amount", "a JSON number of at least 0", out error);
            case TransactionField.EventTime:
                return _identity.TryReadTime(ref reader, out into.EventTimeMs, out error);
            case TransactionField.Features:
                return ReadFeatures(ref reader, into, out error);
            default:
                return FieldReaders.TryReadFloat(ref reader, out into.Payload[column])
                    || DecodeError.Fail(PayloadColumns.Names[column], "a finite number", out error);
        }
    }

    private static bool ReadFeatures(ref Utf8JsonReader reader, Transaction into, out DecodeError error)
    {
        error = default;
        const string expected = "an array of exactly 30 finite numbers";
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return DecodeError.Fail("features", expected, out error);
        }

        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == Transaction.PayloadFeatures || !FieldReaders.TryReadFloat(ref reader, out into.Payload[count]))
            {
                return DecodeError.Fail("features", expected, out error);
            }

            count++;
        }

        into.HasPayload = true;
        return count == Transaction.PayloadFeatures || DecodeError.Fail("features", expected, out error);
    }

    private bool Complete(Transaction into, ref ReadState state, out DecodeError error)
    {
        error = default;
        into.Currency = state.Currency;
        if (into.CardId.IsEmpty)
        {
            into.CardId = state.Customer;
        }

        if (into.TerminalId.IsEmpty)
        {
            into.TerminalId = state.Merchant;
        }

        if (state.Seen.AnyColumn)
        {
            if (state.Seen.MissingColumn is { } missing)
            {
                error = DecodeError.Missing(PayloadColumns.Names[missing], "all of Time, V1 to V28, Amount");
                return false;
            }

            into.HasPayload = true;
        }

        if (!state.Seen.Has(TransactionField.Amount))
        {
            if (into.HasPayload)
            {
                // It is scored by its 30 features alone, and lacks nothing.
                return true;
            }

            error = DecodeError.Missing("amount", "a JSON number of at least 0");
            return false;
        }

        // Compared in units first: a huge number would overflow when turned into minor units.
        var largest = (decimal)_limits.MaxAmountMinor / state.Currency.MinorUnits;
        if (state.Amount > largest)
        {
            return DecodeError.Fail("amount", string.Create(CultureInfo.InvariantCulture, $"at most {largest}"), out error);
        }

        var minor = state.Amount * state.Currency.MinorUnits;

        if (minor != decimal.Truncate(minor))
        {
            return DecodeError.Fail("amount", $"at most {state.Currency.Decimals} decimals in {state.Currency}", out error);
        }

        into.AmountMinor = (long)minor;
        NoteGaps(into, state.Seen);
        return true;
    }

    private static void NoteGaps(Transaction into, in SeenFields seen)
    {
        if (!into.HasPayload)
        {
            into.Gaps |= (into.Id.IsEmpty ? FieldGaps.TransactionId : FieldGaps.None)
                | (into.CardId.IsEmpty ? FieldGaps.CardId : FieldGaps.None)
                | (into.TerminalId.IsEmpty ? FieldGaps.TerminalId : FieldGaps.None)
                | (into.Source.IsEmpty ? FieldGaps.Source : FieldGaps.None)
                | (seen.Has(TransactionField.Currency) ? FieldGaps.None : FieldGaps.Currency)
                | (into.EventTimeMs == 0 ? FieldGaps.EventTime : FieldGaps.None);
        }
    }

    private struct ReadState
    {
        public SeenFields Seen;
        public decimal Amount;
        public Currency Currency;
        public ShortText Customer;
        public ShortText Merchant;
    }
}
