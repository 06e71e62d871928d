using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Fraud.Model.Decoding;

/// <summary>
/// Reads a payment from UTF-8 JSON: strict about types, tolerant of fields it does not know. Allocates
/// nothing when the payment is good. Thread-safe.
/// </summary>
/// <remarks>
/// Fields: transaction_id (id), card_id (customer_id), terminal_id (merchant_id), amount, currency,
/// event_time (timestamp), source, features; or the 30 columns Time, V1 to V28, Amount by name.
/// What is absent stays empty (ids), the default (currency) or zero (event time): callers fill it in.
/// </remarks>
public sealed class TransactionReader
{
    private const string IdExpected = "a non-empty string or an integer";
    private readonly TransactionLimits _limits;
    private readonly TimeProvider _time;
    private readonly Currency _defaultCurrency;
    private readonly JsonReaderOptions _json;
    private readonly string _idExpected;

    public TransactionReader(TransactionLimits limits, TimeProvider? time = null)
    {
        _limits = limits;
        _time = time ?? TimeProvider.System;
        _json = new JsonReaderOptions { MaxDepth = limits.MaxJsonDepth };
        _idExpected = $"{IdExpected} of at most {limits.MaxIdLength} bytes without control characters";
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
            var reader = new Utf8JsonReader(json, _json);
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
        var field = FieldOf(ref reader, out var column);
        reader.Read();
        if (field == Field.Other)
        {
            reader.Skip();
            return true;
        }

        if (!state.FirstTime(field, column))
        {
            error = DecodeError.Duplicate(NameOf(field, column));
            return false;
        }

        switch (field)
        {
            case Field.TransactionId:
                return ReadId(ref reader, ref into.Id, "transaction_id", out error);
            case Field.CardId:
                return ReadCard(ref reader, into, out error);
            case Field.TerminalId:
                return ReadId(ref reader, ref into.TerminalId, "terminal_id", out error);
            case Field.Source:
                return FieldReaders.TryReadText(ref reader, _limits.MaxIdLength, ref into.Source)
                    || Fail("source", $"a string of at most {_limits.MaxIdLength} bytes without control characters", out error);
            case Field.Currency:
                return reader.TokenType == JsonTokenType.String && Currency.TryParse(reader.ValueSpan, out state.Currency)
                    || Fail("currency", "an ISO 4217 code such as \"EUR\"", out error);
            case Field.Amount:
                return FieldReaders.TryReadDecimal(ref reader, out state.Amount) && state.Amount >= 0
                    || Fail("amount", "a JSON number of at least 0", out error);
            case Field.EventTime:
                return ReadTime(ref reader, into, out error);
            case Field.Features:
                return ReadFeatures(ref reader, into, out error);
            default:
                return FieldReaders.TryReadFloat(ref reader, out into.Payload[column])
                    || Fail(PayloadColumns.Names[column], "a finite number", out error);
        }
    }

    private bool ReadId(ref Utf8JsonReader reader, ref ShortText into, string field, out DecodeError error)
    {
        error = default;
        return FieldReaders.TryReadId(ref reader, _limits.MaxIdLength, ref into) || Fail(field, _idExpected, out error);
    }

    private bool ReadCard(ref Utf8JsonReader reader, Transaction into, out DecodeError error)
    {
        if (!ReadId(ref reader, ref into.CardId, "card_id", out error))
        {
            return false;
        }

        return _limits.AllowCardNumbers || !FieldReaders.LooksLikeCardNumber(into.CardId.Utf8)
            || Fail("card_id", "a token that stands for the card, not a card number", out error);
    }

    private bool ReadTime(ref Utf8JsonReader reader, Transaction into, out DecodeError error)
    {
        error = default;
        if (!FieldReaders.TryReadTime(ref reader, out into.EventTimeMs))
        {
            return Fail("event_time", "an ISO 8601 time with a zone, or seconds or milliseconds since 1970", out error);
        }

        var latest = (_time.GetUtcNow() + _limits.MaxFutureSkew).ToUnixTimeMilliseconds();
        return into.EventTimeMs <= latest
            || Fail("event_time", $"a time at most {_limits.MaxFutureSkew} ahead of the clock", out error);
    }

    private static bool ReadFeatures(ref Utf8JsonReader reader, Transaction into, out DecodeError error)
    {
        error = default;
        const string expected = "an array of exactly 30 finite numbers";
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Fail("features", expected, out error);
        }

        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == Transaction.PayloadFeatures || !FieldReaders.TryReadFloat(ref reader, out into.Payload[count]))
            {
                return Fail("features", expected, out error);
            }

            count++;
        }

        into.HasPayload = true;
        return count == Transaction.PayloadFeatures || Fail("features", expected, out error);
    }

    private bool Complete(Transaction into, ref ReadState state, out DecodeError error)
    {
        error = default;
        into.Currency = state.Currency;
        if (state.AnyColumn)
        {
            if (state.MissingColumn is { } missing)
            {
                error = DecodeError.Missing(PayloadColumns.Names[missing], "all of Time, V1 to V28, Amount");
                return false;
            }

            into.HasPayload = true;
        }

        if (!state.Has(Field.Amount))
        {
            if (into.HasPayload)
            {
                return true;
            }

            error = DecodeError.Missing("amount", "a JSON number of at least 0");
            return false;
        }

        // Compared in units first: a huge number would overflow when turned into minor units.
        var largest = (decimal)_limits.MaxAmountMinor / state.Currency.MinorUnits;
        if (state.Amount > largest)
        {
            return Fail("amount", string.Create(CultureInfo.InvariantCulture, $"at most {largest}"), out error);
        }

        var minor = state.Amount * state.Currency.MinorUnits;

        if (minor != decimal.Truncate(minor))
        {
            return Fail("amount", $"at most {state.Currency.Decimals} decimals in {state.Currency}", out error);
        }

        into.AmountMinor = (long)minor;
        return true;
    }

    private static bool Fail(string field, string expected, out DecodeError error)
    {
        error = DecodeError.Invalid(field, expected);
        return false;
    }

    private static Field FieldOf(ref Utf8JsonReader reader, out int column)
    {
        column = -1;
        if (reader.ValueTextEquals("transaction_id"u8) || reader.ValueTextEquals("id"u8))
        {
            return Field.TransactionId;
        }

        if (reader.ValueTextEquals("card_id"u8) || reader.ValueTextEquals("customer_id"u8))
        {
            return Field.CardId;
        }

        if (reader.ValueTextEquals("terminal_id"u8) || reader.ValueTextEquals("merchant_id"u8))
        {
            return Field.TerminalId;
        }

        if (reader.ValueTextEquals("amount"u8))
        {
            return Field.Amount;
        }

        if (reader.ValueTextEquals("event_time"u8) || reader.ValueTextEquals("timestamp"u8))
        {
            return Field.EventTime;
        }

        if (reader.ValueTextEquals("currency"u8))
        {
            return Field.Currency;
        }

        if (reader.ValueTextEquals("source"u8))
        {
            return Field.Source;
        }

        if (reader.ValueTextEquals("features"u8))
        {
            return Field.Features;
        }

        column = PayloadColumns.IndexOf(reader.HasValueSequence ? default : reader.ValueSpan);
        return column >= 0 ? Field.Column : Field.Other;
    }

    private static string NameOf(Field field, int column) => field switch
    {
        Field.TransactionId => "transaction_id",
        Field.CardId => "card_id",
        Field.TerminalId => "terminal_id",
        Field.Amount => "amount",
        Field.EventTime => "event_time",
        Field.Currency => "currency",
        Field.Source => "source",
        Field.Features => "features",
        _ => PayloadColumns.Names[column],
    };

    private enum Field
    {
        Other,
        TransactionId,
        CardId,
        TerminalId,
        Amount,
        EventTime,
        Currency,
        Source,
        Features,
        Column,
    }

    private struct ReadState
    {
        private const uint AllColumns = (1u << Transaction.PayloadFeatures) - 1;
        private uint _fields;
        private uint _columns;

        public decimal Amount;
        public Currency Currency;

        public readonly bool AnyColumn => _columns != 0;

        public readonly int? MissingColumn =>
            _columns == AllColumns ? null : System.Numerics.BitOperations.TrailingZeroCount(~_columns);

        public readonly bool Has(Field field) => (_fields & (1u << (int)field)) != 0;

        public bool FirstTime(Field field, int column)
        {
            ref var seen = ref field == Field.Column ? ref _columns : ref _fields;
            var bit = 1u << (field == Field.Column ? column : (int)field);
            var first = (seen & bit) == 0;
            seen |= bit;
            return first;
        }
    }
}
