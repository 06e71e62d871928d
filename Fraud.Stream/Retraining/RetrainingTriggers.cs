using System.Globalization;
using Fraud.Stream.Drift;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Retraining;

/// <summary>Decides when it is time to retrain.</summary>
public static class RetrainingTriggers
{
    /// <param name="lease">The model's row; null when it was never retrained.</param>
    /// <param name="startedAt">When this node began to look: counts for the schedule where there was no job yet.</param>
    /// <param name="labelSequence">Where the label journal stands: frauds that became known.</param>
    /// <param name="drift">Null when nobody watches.</param>
    /// <returns>Why, for people; null when it is not time.</returns>
    public static string? Due(
        RetrainingOptions options, DateTimeOffset now, DateTimeOffset startedAt, TrainingLease? lease, long labelSequence, IDriftSignals? drift)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        var last = lease is { FinishedAtMs: > 0 } ? DateTimeOffset.FromUnixTimeMilliseconds(lease.FinishedAtMs) : (DateTimeOffset?)null;
        if (lease?.IsHeld(nowMs) == true || now - last < options.Cooldown)
        {
            return null;
        }

        if (options.DriftThreshold > 0 && drift is not null)
        {
            if (drift.DataDriftScore >= options.DriftThreshold)
            {
                return string.Create(CultureInfo.InvariantCulture, $"drift: {drift.DataDriftScore:P0} of the features");
            }

            if (drift.Active.FirstOrDefault(static alarm => alarm.Kind == DriftAlarmKind.Quality) is { } alarm)
            {
                return $"drift: {alarm.Subject} fell";
            }
        }

        var known = labelSequence - (lease?.LabelSequence ?? 0);
        if (options.MinNewLabels > 0 && known >= options.MinNewLabels)
        {
            return string.Create(CultureInfo.InvariantCulture, $"labels: {known} since the last time");
        }

        return options.Interval > TimeSpan.Zero && now - (last ?? startedAt) >= options.Interval
            ? string.Create(CultureInfo.InvariantCulture, $"schedule: every {options.Interval}")
            : null;
    }
}
