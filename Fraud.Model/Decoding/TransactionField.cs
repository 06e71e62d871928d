using System.Numerics;
using System.Text.Json;

namespace Fraud.Model.Decoding;

/// <summary>A field of a payment that the decoders know.</summary>
internal enum TransactionField
{
    Other,
    TransactionId,
    CardId,

    /// <summary>Stands for the card where none is named.</summary>
    CustomerId,
    TerminalId,

    /// <summary>Stands for the terminal where none is named.</summary>
    MerchantId,
    Amount,
    EventTime,
    Currency,
    Source,
    Features,

    /// <summary>One of <see cref="PayloadColumns"/>, named by its position.</summary>
    Column,
}

/// <summary>The names that a field goes by.</summary>
internal static class TransactionFields
{
    /// <summary>Field of the property name that the reader stands at.</summary>
    /// <param name="column">Position in <see cref="PayloadColumns"/>; -1 for any other field.</param>
    public static TransactionField Of(ref Utf8JsonReader reader, out int column)
    {
        column = -1;
        if (FieldReaders.NameIs(ref reader, "transaction_id"u8) || FieldReaders.NameIs(ref reader, "id"u8))
        {
            return TransactionField.TransactionId;
        }

        if (FieldReaders.NameIs(ref reader, "card_id"u8))
        {
            return TransactionField.CardId;
        }

        if (FieldReaders.NameIs(ref reader, "customer_id"u8) || FieldReaders.NameIs(ref reader, "user_id"u8))
        {
            return TransactionField.CustomerId;
        }

        if (FieldReaders.NameIs(ref reader, "terminal_id"u8))
        {
            return TransactionField.TerminalId;
        }

        if (FieldReaders.NameIs(ref reader, "merchant_id"u8))
        {
            return TransactionField.MerchantId;
        }

        if (FieldReaders.NameIs(ref reader, "amount"u8))
        {
            return TransactionField.Amount;
        }

        if (FieldReaders.NameIs(ref reader, "event_time"u8) || FieldReaders.NameIs(ref reader, "timestamp"u8))
        {
            return TransactionField.EventTime;
        }

        if (FieldReaders.NameIs(ref reader, "currency"u8))
        {
            return TransactionField.Currency;
        }

        if (FieldReaders.NameIs(ref reader, "source"u8))
        {
            return TransactionField.Source;
        }

        if (FieldReaders.NameIs(ref reader, "features"u8))
        {
            return TransactionField.Features;
        }

        column = PayloadColumns.IndexOf(reader.HasValueSequence ? default : reader.ValueSpan);
        return column >= 0 ? TransactionField.Column : TransactionField.Other;
    }

    /// <summary>The name that errors use, whichever the sender used.</summary>
    public static string NameOf(TransactionField field, int column) => field switch
    {
        TransactionField.TransactionId => "transaction_id",
        TransactionField.CardId => "card_id",
        TransactionField.CustomerId => "customer_id",
        TransactionField.TerminalId => "terminal_id",
        TransactionField.MerchantId => "merchant_id",
        TransactionField.Amount => "amount",
        TransactionField.EventTime => "event_time",
        TransactionField.Currency => "currency",
        TransactionField.Source => "source",
        TransactionField.Features => "features",
        _ => PayloadColumns.Names[column],
    };
}

/// <summary>The fields that an object has had so far.</summary>
internal struct SeenFields
{
    private const uint AllColumns = (1u << Transaction.PayloadFeatures) - 1;
    private uint _fields;
    private uint _columns;

    public readonly bool AnyColumn => _columns != 0;

    /// <summary>First of the 30 columns that did not come, or null.</summary>
    public readonly int? MissingColumn =>
        _columns == AllColumns ? null : BitOperations.TrailingZeroCount(~_columns);

    public readonly bool Has(TransactionField field) => (_fields & (1u << (int)field)) != 0;

    /// <summary>Notes the field; false when it came before, under whichever of its names.</summary>
    public bool Add(TransactionField field, int column)
    {
        ref var seen = ref field == TransactionField.Column ? ref _columns : ref _fields;
        var bit = 1u << (field == TransactionField.Column ? column : (int)field);
        var first = (seen & bit) == 0;
        seen |= bit;
        return first;
    }
}
