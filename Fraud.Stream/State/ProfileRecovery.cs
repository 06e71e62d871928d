using Fraud.Model.History;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.State;

/// <summary>
/// Rebuilds the profile from what the store holds: the stored payments are the journal, the stored
/// labels follow. Only as far back as any feature looks.
/// </summary>
public sealed class ProfileRecovery(
    IFraudStore store,
    ProfileOptions options,
    ShardRouter router,
    TimeProvider time,
    ILogger<ProfileRecovery> log)
{
    // One line for every few seconds of work.
    private const int ProgressEvery = 1_000_000;

    public Profile Rebuild(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var profile = new Profile(options, router.Shards);
        if (store.NewestEventTimeMs() is not { } newest)
        {
            return profile;
        }

        var since = newest - (long)profile.Retention.TotalMilliseconds;
        long payments = 0;
        foreach (var entry in store.ReadJournal(since))
        {
            cancellation.ThrowIfCancellationRequested();
            profile.Restore(
                entry.Shard, entry.TransactionId, entry.CardId, entry.TerminalId,
                entry.AmountMinor, entry.EventTimeMs);
            if (++payments % ProgressEvery == 0)
            {
                StreamLog.ProfileRebuilding(log, payments);
            }
        }

        long labels = 0;
        foreach (var label in store.ReadLabels(since))
        {
            cancellation.ThrowIfCancellationRequested();
            profile.ApplyLabel(router.ShardOf(label.CardId.Utf8), label, fraudDelta: 1);
            labels++;
        }

        StreamLog.ProfileRebuilt(log, payments, labels, time.GetElapsedTime(started));
        return profile;
    }
}
