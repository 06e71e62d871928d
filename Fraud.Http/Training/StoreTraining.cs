using System.Text.Json;
using Fraud.Stream.Cluster;
using Fraud.Stream.Retraining;
using Fraud.Stream.Storage;

namespace Fraud.Http.Training;

/// <summary>
/// A retraining from the store, under the model's lease: <c>fraud retrain</c> in a process of its own does the work, and
/// what passes the gate is handed over here.
/// </summary>
internal sealed class StoreTraining(
    TrainingSettings settings,
    RetrainingOptions options,
    StorageOptions storage,
    IFraudStore store,
    TrainingLeaseQueries leases,
    RetrainingPlanner planner,
    StagedVersions staged,
    Handover handover,
    NodeIdentity node,
    TimeProvider time)
{
    private const string PlanFile = "plan.json";

    /// <summary>Whoever retrains the model now, on whatever node; null when nobody does.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public TrainingLease? Holder() =>
        leases.Read(staged.Model) is { } lease && lease.IsHeld(time.GetUtcNow().ToUnixTimeMilliseconds()) ? lease : null;

    /// <param name="endsAs">What cancelling means: only an interrupted job counts as none and may start again at once.</param>
    /// <returns>The job as it ended.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<TrainingJob> Run(
        TrainingJob job, Action<string, double> progress, Func<TrainingState> endsAs, CancellationToken cancellation)
    {
        var labels = store.LabelSequence();
        var lease = TrainingLeaseKeeper.TryTake(
            leases, job.Model, $"node {node.Name}", job.JobId, options.LeaseTime, time, out var holder);
        if (lease is null)
        {
            return Failed(job, $"One job runs at a time over all nodes; {holder!.Owner} has {holder.Job}.");
        }

        await using (lease)
        {
            try
            {
                var ended = await Run(job, lease, progress, cancellation);
                lease.Finish(ended.Status == TrainingState.Completed ? labels : null);
                return ended;
            }
            catch (Exception error) when (error is not OperationCanceledException || endsAs() != TrainingState.Interrupted)
            {
                // The cooldown counts from a failure, too: what failed will mostly fail again.
                lease.Finish(null);
                throw;
            }
        }
    }

    private async Task<TrainingJob> Run(
        TrainingJob job, TrainingLeaseKeeper lease, Action<string, double> progress, CancellationToken cancellation)
    {
        var request = job.Request;
        var plan = planner.Plan(job.JobId, job.Version, new RetrainingRequest(
            null, request.TrainDays, request.TestDays, request.MaxDepth, request.MaxRounds, request.Seed));
        var file = Path.Combine(plan.Folder, PlanFile);
        await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(plan, RetrainingPlan.Json), cancellation);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lease.Lost);
        try
        {
            var (exit, _, errors) = await TrainerProcess.Run(settings, "retrain", ["--plan", file], Environment(), progress, either.Token);
            if (exit != 0)
            {
                return Failed(job, TrainerProcess.Reason(exit, errors));
            }

            var report = RetrainingReport.Read(plan.Folder);
            either.Token.ThrowIfCancellationRequested();
            var place = handover.Apply(plan, report, options.AutoPromote, $"node {node.Name}");
            return job with
            {
                Status = TrainingState.Completed,
                Metrics = new SortedDictionary<string, double>(StringComparer.Ordinal)
                {
                    ["average_precision"] = report.Gate.Challenger.AveragePrecision,
                    ["champion_average_precision"] = report.Gate.Champion.AveragePrecision,
                    ["roc_auc"] = report.Gate.Challenger.RocAuc,
                },
                StagedIn = place,
                Report = report,
            };
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return Failed(job, "Its lease was lost: this node stood still, or the store did not answer, and another may have taken over.");
        }
    }

    // By the environment: a connection string may hold a password.
    private Dictionary<string, string> Environment() => new()
    {
        [$"{StorageOptions.Section}__{nameof(StorageOptions.Kind)}"] = storage.Kind.ToString(),
        [$"{StorageOptions.Section}__{nameof(StorageOptions.SqliteFile)}"] = Path.GetFullPath(storage.SqliteFile),
        [$"{StorageOptions.Section}__{nameof(StorageOptions.Postgres)}"] = storage.Postgres,
    };

    private static TrainingJob Failed(TrainingJob job, string error) => job with { Status = TrainingState.Failed, Error = error };
}
