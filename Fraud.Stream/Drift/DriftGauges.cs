using System.Diagnostics.Metrics;
using Fraud.Stream.Telemetry;

namespace Fraud.Stream.Drift;

/// <summary>Drift, alarms and live quality as metrics, read when somebody asks. Registered by being made.</summary>
public sealed class DriftGauges
{
    // Kinds and subjects there can be: inputs, fields and their common values of a few models.
    private const int MostSeries = 1_000;

    private readonly HashSet<(DriftAlarmKind Kind, string Subject)> _seen = [];

    public DriftGauges(StreamMetrics metrics, DriftMonitor monitor, DriftAlarms alarms, QualityMonitor quality)
    {
        metrics.Observe("data_drift_score", "Share of the watched features that have drifted.", () => alarms.DataDriftScore);
        metrics.ObserveEach("fraud_drift_psi", "Population stability index of the sliding window against the reference.", () => Columns(monitor, static column => column.Distance.Psi));
        metrics.ObserveEach("fraud_drift_ks", "Kolmogorov-Smirnov difference; of numbers only.", () => Columns(monitor, static column => column.NewShare is null ? column.Distance.Ks : null));
        metrics.ObserveEach("fraud_drift_js", "Jensen-Shannon divergence in bits.", () => Columns(monitor, static column => column.Distance.Js));
        metrics.ObserveEach("fraud_drift_new_share", "Share of payments with values that the reference does not know.", () => Columns(monitor, static column => column.NewShare));
        metrics.ObserveEach("fraud_drift_alarm", "1 while an alarm is raised, 0 once it is over.", () => Raised(alarms));
        metrics.ObserveTotal("fraud_drift_alarms_raised", "Alarms raised since the start.", () => alarms.Raised);
        metrics.ObserveEach("fraud_live_precision", "Share of flagged payments that are frauds, by labels that came.", () => Qualities(quality, static live => live.Precision));
        metrics.ObserveEach("fraud_live_recall", "Share of known frauds that were flagged.", () => Qualities(quality, static live => live.Recall));
        metrics.ObserveEach("fraud_live_f1", "Harmonic mean of live precision and recall.", () => Qualities(quality, static live => live.F1));
        metrics.ObserveEach("fraud_live_accuracy", "Share of payments judged rightly, by labels that came.", () => Qualities(quality, static live => live.Accuracy));
        metrics.ObserveEach("fraud_live_true_positives", "Flagged payments that are frauds, of those that the shares are of.", () => Qualities(quality, static live => live.FlaggedFrauds));
        metrics.ObserveEach("fraud_live_false_positives", "Flagged payments that no label calls a fraud, of those that the shares are of.", () => Qualities(quality, static live => live.Flagged - live.FlaggedFrauds));
        metrics.ObserveEach("fraud_live_false_negatives", "Known frauds that were not flagged, of those that the shares are of.", () => Qualities(quality, static live => live.KnownFrauds - live.FlaggedFrauds));
    }

    /// <summary>A series that was once there stays at its last value, so alarms that are over have to be told as such.</summary>
    private List<Measurement<double>> Raised(DriftAlarms alarms)
    {
        var active = alarms.Active.Select(static alarm => (alarm.Kind, alarm.Subject)).ToHashSet();
        if (_seen.Count < MostSeries)
        {
            _seen.UnionWith(active);
        }

        return [.. _seen.Select(series => new Measurement<double>(
            active.Contains(series) ? 1 : 0,
            new KeyValuePair<string, object?>("kind", series.Kind.ToString()),
            new KeyValuePair<string, object?>("subject", series.Subject)))];
    }

    private static IEnumerable<Measurement<double>> Columns(DriftMonitor monitor, Func<ColumnReport, double?> value)
    {
        foreach (var column in monitor.Report().Columns)
        {
            if (!column.IsUnjudged && value(column) is { } number)
            {
                yield return new Measurement<double>(number, new KeyValuePair<string, object?>("subject", column.Subject));
            }
        }
    }

    private static IEnumerable<Measurement<double>> Qualities(QualityMonitor quality, Func<LiveQuality, double?> value)
    {
        foreach (var live in quality.Latest)
        {
            if (value(live) is { } number)
            {
                yield return new Measurement<double>(
                    number, new KeyValuePair<string, object?>("model", live.Model), new KeyValuePair<string, object?>("version", live.Version));
            }
        }
    }
}
