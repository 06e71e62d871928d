using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Fraud.Stream.Drift;

/// <summary>The alarms that are raised: told once when they are, and once when they are over. Thread-safe.</summary>
public sealed class DriftAlarms(TimeProvider time, ILogger<DriftAlarms> log) : IDriftSignals, IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _changes = new();
    private IReadOnlyList<DriftAlarm> _active = [];
    private double _dataDriftScore;
    private long _raised;

    public double DataDriftScore
    {
        get => Volatile.Read(ref _dataDriftScore);
        internal set => Volatile.Write(ref _dataDriftScore, value);
    }

    public IReadOnlyList<DriftAlarm> Active => Volatile.Read(ref _active);

    /// <summary>Alarms raised since the start.</summary>
    public long Raised => Volatile.Read(ref _raised);

    public IChangeToken Changes()
    {
        lock (_gate)
        {
            return new CancellationChangeToken(_changes.Token);
        }
    }

    public void Dispose() => _changes.Dispose();

    internal void Apply(DriftChange change, string model, string version, long payments)
    {
        var alarm = new DriftAlarm(
            change.Kind, change.Subject, change.Measure, change.Value, change.Threshold, change.Detail, model, version,
            time.GetUtcNow(), payments);
        CancellationTokenSource changed;
        lock (_gate)
        {
            DriftAlarm[] others = [.. _active.Where(other => !IsSame(other, change.Kind, change.Subject))];
            if (!change.IsRaised && others.Length == _active.Count)
            {
                return;
            }

            changed = Set(change.IsRaised ? [.. others, alarm] : others);
            _raised += change.IsRaised ? 1 : 0;
        }

        if (change.IsRaised)
        {
            DriftLog.Raised(log, alarm.Subject, alarm.Measure, alarm.Value, alarm.Threshold, model, version, payments, alarm.Detail);
        }
        else
        {
            DriftLog.Cleared(log, alarm.Subject, alarm.Measure, alarm.Value, alarm.Threshold, model, version);
        }

        Tell(changed);
    }

    /// <summary>What was said of a model that is no longer in service says nothing of the next one.</summary>
    internal void Forget(Func<DriftAlarm, bool> which)
    {
        CancellationTokenSource changed;
        lock (_gate)
        {
            DriftAlarm[] left = [.. _active.Where(alarm => !which(alarm))];
            if (left.Length == _active.Count)
            {
                return;
            }

            changed = Set(left);
        }

        Tell(changed);
    }

    private CancellationTokenSource Set(DriftAlarm[] active)
    {
        Volatile.Write(ref _active, active);
        var before = _changes;
        _changes = new CancellationTokenSource();
        return before;
    }

    // Outside the lock: whoever listens may ask.
    private static void Tell(CancellationTokenSource changed)
    {
        changed.Cancel();
        changed.Dispose();
    }

    private static bool IsSame(DriftAlarm alarm, DriftAlarmKind kind, string subject) =>
        alarm.Kind == kind && alarm.Subject == subject;
}
