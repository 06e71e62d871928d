using LinqToDB.Mapping;

namespace Fraud.Stream.ReadModel;

/// <summary>A payment whose row the database refused, kept until it takes it. It was answered, and histories and alerts have it: they read the journal.</summary>
/// <param name="Shard">With sequence and ordinal: its place in the journal.</param>
/// <param name="TransactionId">Null where the database refuses even that.</param>
/// <param name="EventTimeMs">Milliseconds since 1970 UTC.</param>
/// <param name="RefusedAtMs">When it was refused last, milliseconds since 1970 UTC.</param>
/// <param name="Error">The database's code, and the constraint that it names; never a value.</param>
/// <param name="Attempts">How often it was refused.</param>
/// <param name="Page">A page that has this payment and no other: the journal's leaves.</param>
[Table("refused_rows")]
public sealed record RefusedRow(
    [property: Column("shard"), PrimaryKey(0)] int Shard,
    [property: Column("sequence"), PrimaryKey(1)] long Sequence,
    [property: Column("ordinal"), PrimaryKey(2)] int Ordinal,
    [property: Column("transaction_id")] string? TransactionId,
    [property: Column("event_time")] long EventTimeMs,
    [property: Column("refused_at")] long RefusedAtMs,
    [property: Column("error", CanBeNull = false)] string Error,
    [property: Column("attempts")] int Attempts,
    [property: Column("payload", CanBeNull = false)] byte[] Page);

/// <summary>What became of a payment that was tried again.</summary>
public enum RetryOutcome
{
    /// <summary>It has its row, and the labels that waited for it.</summary>
    Written,

    /// <summary>The database refuses it still: it stays parked.</summary>
    Refused,

    /// <summary>Another place of the journal has a row under its id by now: it stays parked.</summary>
    IdIsTaken,

    /// <summary>It is parked no more: someone else tried it, or it was over age.</summary>
    Gone,
}
