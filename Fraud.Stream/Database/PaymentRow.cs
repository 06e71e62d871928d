using Fraud.Model;
using LinqToDB;
using LinqToDB.Mapping;

namespace Fraud.Stream.Database;

/// <summary>A payment as the results reader wrote it, as far as questions need it.</summary>
/// <param name="Reasons">JSON; null where there are none.</param>
[Table("transactions")]
internal sealed record PaymentRow(
    [property: Column("position"), PrimaryKey] long Position,
    [property: Column("transaction_id", CanBeNull = false)] string TransactionId,
    [property: Column("card_id", CanBeNull = false)] string CardId,
    [property: Column("terminal_id", CanBeNull = false)] string TerminalId,
    [property: Column("amount_minor")] long AmountMinor,
    [property: Column("currency", CanBeNull = false)] string Currency,
    [property: Column("event_time")] long EventTimeMs,
    [property: Column("source", CanBeNull = false)] string Source,
    [property: Column("fraud_score")] float Score,
    [property: Column("decision", DataType = DataType.Int16)] Decision Decision,
    [property: Column("reasons")] string? Reasons,
    [property: Column("model", CanBeNull = false)] string Model,
    [property: Column("model_version", CanBeNull = false)] string ModelVersion,
    [property: Column("features", CanBeNull = false)] float[] Features,
    [property: Column("scored_at")] long ScoredAtMs);

/// <summary>Where a payment's row is: PostgreSQL, whose months are tables of their own, keeps that beside them.</summary>
[Table("transaction_ids", Configuration = ProviderName.PostgreSQL)]
[Table("transactions", Configuration = ProviderName.SQLite)]
internal sealed record PaymentPlace(
    [property: Column("transaction_id", CanBeNull = false), PrimaryKey] string TransactionId,
    [property: Column("position")] long Position,
    [property: Column("event_time")] long EventTimeMs);
