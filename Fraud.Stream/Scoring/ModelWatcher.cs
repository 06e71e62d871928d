using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Scoring;

/// <summary>
/// Takes a newer version into service while the graph runs. A version that fails its probe is refused
/// once, and the old one stays.
/// </summary>
public sealed class ModelWatcher(
    ModelDirectory directory,
    ModelHolder models,
    ScoringOptions options,
    TimeProvider time,
    ILogger<ModelWatcher> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.ModelPollInterval, time);
        var seen = directory.Newest();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                seen = TakeNewer(seen);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private string TakeNewer(string seen)
    {
        try
        {
            var newest = directory.Newest();
            if (newest == seen)
            {
                return seen;
            }

            models.Swap(directory.Load(newest));
            StreamLog.ModelInService(log, models.Current.ScoredBy.Model, models.Current.ScoredBy.Version);
            return newest;
        }
        catch (Exception error)
        {
            StreamLog.ModelRefused(log, options.Model, error);
            return SafeNewest(seen);
        }
    }

    // A refused version is not tried again at every tick; the next higher one is.
    private string SafeNewest(string seen)
    {
        try
        {
            return directory.Newest();
        }
        catch (IOException)
        {
            return seen;
        }
    }
}
