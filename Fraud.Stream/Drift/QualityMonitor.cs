using Fraud.Model.Drift;
using Fraud.Model.History;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Drift;

/// <summary>
/// Counts, now and then, how well stored decisions agree with the labels that came, and speaks up when precision or
/// recall of the model in service falls below what it had on its test days. Every node sees the same store.
/// </summary>
public sealed class QualityMonitor(
    DriftOptions options,
    ProfileOptions profile,
    QualityQueries quality,
    ModelHolder models,
    DriftAlarms alarms,
    TimeProvider time,
    ILogger<QualityMonitor> log) : BackgroundService
{
    private readonly double _deviations = Divergence.UpperNormal(options.Significance);
    private AlarmState _precision = new();
    private AlarmState _recall = new();
    private ServedModel? _judged;
    private IReadOnlyList<LiveQuality> _latest = [];

    /// <summary>By model and version, as last counted.</summary>
    public IReadOnlyList<LiveQuality> Latest => Volatile.Read(ref _latest);

    /// <summary>Of the version in service; null when none of its payments is old enough.</summary>
    public LiveQuality? Current => OfVersion(models.Current);

    /// <summary>How long after it was scored a payment without a label counts as legitimate.</summary>
    public TimeSpan LabelDelay => options.LabelDelay ?? profile.LabelDelay;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Enabled)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.QualityInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Task.Run(Look, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    internal void Look()
    {
        try
        {
            var before = time.GetUtcNow() - LabelDelay;
            Volatile.Write(ref _latest, [.. quality.Count(before.ToUnixTimeMilliseconds(), options.QualityPayments).Select(LiveQuality.Of)]);
        }
        catch (Exception error)
        {
            // The store is away or not open yet, or the question took too long. Nobody's payment depends on it.
            DriftLog.QualityPutOff(log, options.QualityInterval, error.Message);
            return;
        }

        Judge(models.Current);
    }

    private void Judge(ServedModel served)
    {
        if (!ReferenceEquals(served, _judged))
        {
            (_judged, _precision, _recall) = (served, new AlarmState(), new AlarmState());
            alarms.Forget(static alarm => alarm.Kind == DriftAlarmKind.Quality);
        }

        if (OfVersion(served) is not { } live || live.KnownFrauds < options.QualityCases)
        {
            return;
        }

        Judge(served, live, _recall, "recall", live.Recall, live.KnownFrauds);
        Judge(served, live, _precision, "precision", live.Precision, live.Flagged);
    }

    private void Judge(ServedModel served, LiveQuality live, AlarmState state, string name, double? value, long cases)
    {
        if (value is not { } seen || cases < options.QualityCases
            || !served.Model.Manifest.Metrics.TryGetValue($"{name}_at_review", out var tested) || !double.IsFinite(tested))
        {
            return;
        }

        var limit = Math.Max(0, tested - options.QualityDrop);
        if (state.Update(limit / LiveQuality.Upper(seen, cases, _deviations), options))
        {
            alarms.Apply(
                new DriftChange(
                    state.IsRaised, DriftAlarmKind.Quality, name, "live", seen, limit,
                    $"counted with labels of payments older than {LabelDelay}; on the model's test days it was {tested:0.000}"),
                live.Model, live.Version, live.Payments);
        }
    }

    private LiveQuality? OfVersion(ServedModel served) =>
        Latest.FirstOrDefault(live => live.Model == served.ScoredBy.Model && live.Version == served.ScoredBy.Version);
}
