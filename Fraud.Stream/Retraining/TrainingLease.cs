using LinqToDB.Mapping;

namespace Fraud.Stream.Retraining;

/// <summary>Who retrains a model: a row a model.</summary>
/// <param name="Owner">Node, or user and machine; empty when no one holds it.</param>
/// <param name="Job">Its job; empty when no one holds it.</param>
/// <param name="FinishedAtMs">When the last job ended, milliseconds since 1970 UTC; 0: none yet.</param>
/// <param name="LabelSequence">Position of the label journal when the last job that came to its end began.</param>
[Table("training_leases")]
public sealed record TrainingLease(
    [property: Column("model", CanBeNull = false), PrimaryKey] string Model,
    [property: Column("owner", CanBeNull = false)] string Owner,
    [property: Column("job", CanBeNull = false)] string Job,
    [property: Column("expires_at")] long ExpiresAtMs,
    [property: Column("finished_at")] long FinishedAtMs,
    [property: Column("label_sequence")] long LabelSequence)
{
    public bool IsHeld(long nowMs) => Job.Length > 0 && ExpiresAtMs > nowMs;
}
