using Fraud.Stream.Drift;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Retraining;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Training;

/// <summary>Starts a retraining when it is time: by schedule, by drift, or when enough frauds became known.</summary>
/// <param name="drift">Null where nobody watches for it.</param>
internal sealed class RetrainingWatch(
    RetrainingOptions options,
    TrainingJobs jobs,
    StagedVersions staged,
    IFraudStore store,
    TrainingLeaseQueries leases,
    GraphStatus graph,
    TimeProvider time,
    ILogger<RetrainingWatch> log,
    IDriftSignals? drift = null) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Enabled)
        {
            return;
        }

        var startedAt = time.GetUtcNow();
        using var timer = new PeriodicTimer(options.PollInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // Before that the tables may be missing.
                if (graph.State == GraphState.Running)
                {
                    Look(startedAt);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private void Look(DateTimeOffset startedAt)
    {
        try
        {
            var due = RetrainingTriggers.Due(
                options, time.GetUtcNow(), startedAt, leases.Read(staged.Model), store.LabelSequence(), drift);
            if (due is not null)
            {
                // Of nodes that find this at the same moment the lease lets one go on; the others' jobs say so.
                jobs.TryStart(new TrainingRequest { From = "store" }, null, due, out _);
            }
        }
        catch (Exception error) when (error is StoreUnavailableException or IOException or UnauthorizedAccessException)
        {
            TrainingLog.NotLooked(log, error.Message);
        }
    }
}
