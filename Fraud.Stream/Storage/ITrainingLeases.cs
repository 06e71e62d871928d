namespace Fraud.Stream.Storage;

/// <summary>Who retrains a model: one job at a time over all nodes. A row a model in the store.</summary>
/// <remarks>
/// The calls block, may come from any thread, and throw <see cref="StoreUnavailableException"/> when they may succeed later.
/// Times are the callers' clocks: a lease must be much longer than these differ.
/// </remarks>
public interface ITrainingLeases
{
    /// <summary>Null when the model was never retrained.</summary>
    TrainingLease? Read(string model);

    /// <summary>Takes the lease unless another job holds it and it has not expired.</summary>
    /// <returns>Whether it was taken, and the row as it was before.</returns>
    (bool IsTaken, TrainingLease? Before) TryTake(string model, string owner, string job, long nowMs, long untilMs);

    /// <returns>False when the lease is another's by now: this job must end.</returns>
    bool Renew(string model, string job, long untilMs);

    /// <summary>Ends a job; nothing happens when the lease is another's by now.</summary>
    /// <param name="finishedAtMs">When; null for a job that was interrupted, which counts as none.</param>
    /// <param name="labelSequence">Position of the label journal that the job had seen; null leaves it as it was.</param>
    void Release(string model, string job, long? finishedAtMs, long? labelSequence);
}

/// <param name="Owner">Node, or user and machine; empty when nobody holds it.</param>
/// <param name="Job">Its job; empty when nobody holds it.</param>
/// <param name="FinishedAtMs">When the last job ended, milliseconds since 1970 UTC; 0: none yet.</param>
/// <param name="LabelSequence">Position of the label journal when the last job that came to its end began.</param>
public sealed record TrainingLease(string Owner, string Job, long ExpiresAtMs, long FinishedAtMs, long LabelSequence)
{
    public bool IsHeld(long nowMs) => Job.Length > 0 && ExpiresAtMs > nowMs;
}

/// <summary>The lease's SQL that both stores understand.</summary>
internal static class TrainingLeaseSql
{
    public const string Columns = "owner, job, expires_at, finished_at, label_sequence";
}
