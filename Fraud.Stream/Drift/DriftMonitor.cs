using Fraud.Stream.Batching;
using Fraud.Stream.Scoring;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Drift;

/// <summary>
/// Looks at what the model in service scored. Fed by one thread, a batch at a time; asked by others. Payments that
/// another model scored (a split, one that is on its way out) are passed over.
/// </summary>
public sealed class DriftMonitor(
    DriftOptions options, ModelHolder models, DriftAlarms alarms, HistoryStart history, TimeProvider time, ILogger<DriftMonitor> log)
{
    private readonly Lock _gate = new();
    private ServedModel? _served;
    private DriftTracker? _tracker;
    private float[] _row = [];
    private long _second;
    private long _inSecond;
    private int _every = 1;
    private int _turn;
    private long _skipped;

    public void Observe(MicroBatch batch)
    {
        if (!options.Enabled)
        {
            return;
        }

        lock (_gate)
        {
            var tracker = TrackerOf(models.Current);
            Pace(batch.Count);
            foreach (var payment in batch.Payments)
            {
                if (payment.State != PaymentState.Scored || !ReferenceEquals(payment.ScoredBy, _served!.ScoredBy))
                {
                    continue;
                }

                if (++_turn < _every)
                {
                    _skipped++;
                    continue;
                }

                _turn = 0;
                _served.Model.Gather(payment.Transaction, payment.Features, _row);
                tracker.Add(_row, payment.Score, payment.Transaction);
            }

            alarms.DataDriftScore = tracker.DataDriftScore;
        }
    }

    public DriftReport Report()
    {
        lock (_gate)
        {
            var by = models.Current.ScoredBy;
            if (!options.Enabled || _tracker is not { } tracker)
            {
                return new DriftReport(
                    options.Enabled ? "filling" : "disabled", by.Model, by.Version, null, 0, 0, 0, options.WindowPayments, 0, []);
            }

            return new DriftReport(
                tracker.Reference is null ? "learning" : tracker.IsWatching ? "watching" : "filling",
                tracker.Model, tracker.Version, tracker.Reference, tracker.Payments, _skipped, tracker.InWindow,
                options.WindowPayments, tracker.DataDriftScore, tracker.Columns());
        }
    }

    private DriftTracker TrackerOf(ServedModel current)
    {
        if (_tracker is { } tracker && ReferenceEquals(current, _served))
        {
            return tracker;
        }

        var manifest = current.Model.Manifest;
        _served = current;
        _row = new float[manifest.Inputs.Count];
        alarms.Forget(static alarm => alarm.Kind != DriftAlarmKind.Quality);
        if (manifest.Reference is null)
        {
            DriftLog.Learns(log, manifest.Name, manifest.Version, options.LearnPayments);
        }

        return _tracker = new DriftTracker(
            manifest, options, (source, change) => alarms.Apply(change, source.Model, source.Version, source.Payments), history);
    }

    /// <summary>Of more than so many a second only every second, third, ... is looked at: as many as the last second asked for.</summary>
    private void Pace(int payments)
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        if (second != _second)
        {
            _every = (int)Math.Max(1, (_inSecond + options.MaxPerSecond - 1) / options.MaxPerSecond);
            (_second, _inSecond) = (second, 0);
        }

        _inSecond += payments;
    }
}
