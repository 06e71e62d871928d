using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Drift;

/// <summary>How much history there is, and how much a feature needs. Thread-safe; never waits.</summary>
public interface IHistoryStart
{
    /// <summary>By event time, milliseconds since 1970 UTC; null while there is hardly anything stored.</summary>
    long? FromMs { get; }

    /// <summary>How far back a feature of the model looks.</summary>
    TimeSpan ReachOf(string feature);
}

/// <summary>
/// Since when there are stored payments. Features that look back further are unlike training for that reason alone, and
/// nobody should be alarmed by it.
/// </summary>
public sealed class HistoryStart(IFraudStore store, DriftOptions options, ProfileOptions profile, TimeProvider time, ILogger<HistoryStart> log)
    : BackgroundService, IHistoryStart
{
    /// <summary>Payments of which the median is the start, so that one with a wrong clock moves nothing.</summary>
    public const int Payments = 1_000;

    // A small read by position, until there are as many payments; then never again.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const long Unknown = long.MinValue;

    private long _fromMs = Unknown;
    private bool _isSaid;

    public long? FromMs => Volatile.Read(ref _fromMs) is var from && from != Unknown ? from : null;

    public TimeSpan ReachOf(string feature) => FeatureReach.Of(feature, profile.LabelDelay);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Enabled)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (FromMs is null)
            {
                await Task.Run(Look, stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private void Look()
    {
        try
        {
            if (store.History.OldestEventMs(Payments) is { } from)
            {
                Volatile.Write(ref _fromMs, from);
            }
        }
        catch (Exception error)
        {
            // Not open yet, or away: features that look back are not judged meanwhile.
            if (!_isSaid)
            {
                _isSaid = true;
                DriftLog.HistoryPutOff(log, Interval, error.Message);
            }
        }
    }
}
