using Fraud.Stream.Database;
using LinqToDB;
using LinqToDB.DataProvider.PostgreSQL;

namespace Fraud.Stream.Retraining;

/// <summary>Who retrains a model: one job at a time over all nodes.</summary>
/// <remarks>
/// The calls are those of <see cref="FraudDatabase"/>. Times are the callers' clocks: a lease must be much longer than these differ.
/// </remarks>
public sealed class TrainingLeaseQueries(FraudDatabase database)
{
    /// <summary>Null when the model was never retrained.</summary>
    public TrainingLease? Read(string model) => database.Read(db => db.GetTable<TrainingLease>().FirstOrDefault(lease => lease.Model == model));

    /// <summary>Takes the lease unless another job holds it and it has not expired.</summary>
    /// <returns>Whether it was taken, and the row as it was before.</returns>
    public (bool IsTaken, TrainingLease? Before) TryTake(string model, string owner, string job, long nowMs, long untilMs) => database.Write(db =>
    {
        // So that there is a row to lock: two first jobs meet here.
        var leases = db.GetTable<TrainingLease>();
        var isNew = leases.InsertOrUpdate(() => new TrainingLease(model, "", "", 0, 0, 0), onDuplicateKeyUpdateSetter: null) > 0;
        var before = leases.Where(lease => lease.Model == model).AsPostgreSQL().ForUpdateHint().Single();
        var isTaken = !before.IsHeld(nowMs);
        if (isTaken)
        {
            leases.Where(lease => lease.Model == model)
                .Set(static lease => lease.Owner, owner).Set(static lease => lease.Job, job).Set(static lease => lease.ExpiresAtMs, untilMs)
                .Update();
        }

        return (isTaken, isNew ? null : before);
    });

    /// <returns>False when the lease is another's by now: this job must end.</returns>
    public bool Renew(string model, string job, long untilMs) => database.Write(db =>
        db.GetTable<TrainingLease>().Where(lease => lease.Model == model && lease.Job == job).Set(static lease => lease.ExpiresAtMs, untilMs).Update() > 0);

    /// <summary>Ends a job; nothing happens when the lease is another's by now.</summary>
    /// <param name="finishedAtMs">When; null for a job that was interrupted, which counts as none.</param>
    /// <param name="labelSequence">Position of the label journal that the job had seen; null leaves it as it was.</param>
    public void Release(string model, string job, long? finishedAtMs, long? labelSequence) => database.Write(db =>
        db.GetTable<TrainingLease>().Where(lease => lease.Model == model && lease.Job == job)
            .Set(static lease => lease.Owner, "").Set(static lease => lease.Job, "").Set(static lease => lease.ExpiresAtMs, 0)
            .Set(static lease => lease.FinishedAtMs, lease => finishedAtMs ?? lease.FinishedAtMs)
            .Set(static lease => lease.LabelSequence, lease => labelSequence ?? lease.LabelSequence)
            .Update());
}
