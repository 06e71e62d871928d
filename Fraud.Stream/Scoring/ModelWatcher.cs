using System.Globalization;
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
        var seen = Newest(default);
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

    private Seen TakeNewer(Seen seen)
    {
        var newest = Newest(seen);
        if (newest == seen)
        {
            return seen;
        }

        try
        {
            models.Swap(directory.Load(newest.Directory));
            StreamLog.ModelInService(log, models.Current.ScoredBy.Model, models.Current.ScoredBy.Version);
        }
        catch (Exception error)
        {
            StreamLog.ModelRefused(log, newest.Directory, error);
        }

        return newest;
    }

    // A refused version is not tried again at every tick, but when its files changed: it may have been looked at
    // while they were still being copied.
    private Seen Newest(Seen before)
    {
        try
        {
            var newest = directory.Newest();
            return new Seen(newest, string.Join(' ', Directory.EnumerateFiles(newest).Order(StringComparer.Ordinal).Select(Stamp)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Gone for the moment, or for good: what is in service stays.
            return before;
        }
    }

    private static string Stamp(string file)
    {
        var info = new FileInfo(file);
        return string.Create(CultureInfo.InvariantCulture, $"{info.Name}:{info.Length}:{info.LastWriteTimeUtc.Ticks}");
    }

    private readonly record struct Seen(string Directory, string Files);
}
