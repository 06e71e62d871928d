using LinqToDB.Mapping;

namespace Fraud.Stream.Database;

/// <summary>What is known of a payment by label.</summary>
[Table("labels")]
internal sealed record LabelRow(
    [property: Column("transaction_id", CanBeNull = false), PrimaryKey] string TransactionId,
    [property: Column("is_fraud")] bool IsFraud);

/// <summary>A change of how many frauds are known.</summary>
[Table("label_journal")]
internal sealed record LabelChangeRow(
    [property: Column("sequence"), PrimaryKey] long Sequence,
    [property: Column("transaction_id", CanBeNull = false)] string TransactionId);
