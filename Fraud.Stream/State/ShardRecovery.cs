using Fraud.Model.History;
using Fraud.Stream.Cluster;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.State;

/// <summary>Rebuilds a shard's cards: the stored states, then the journal since.</summary>
public sealed class ShardRecovery(
    IShardStore store, Profile profile, CardLoader loader, ClusterOptions options, TimeProvider time, ILogger<ShardRecovery> log)
{
    // One line for every second or so of work.
    private const int ProgressEvery = 250_000;

    /// <param name="claimed">The shard as it was when it was claimed: nobody else can change it since.</param>
    public ShardCards Rebuild(ShardRow claimed, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var cards = profile.NewCards();
        var limit = options.MaxCardsInMemory / profile.Shards;
        var read = 0;
        foreach (var state in store.ReadCards(claimed.Shard))
        {
            cancellation.ThrowIfCancellationRequested();
            if (cards.Count < limit)
            {
                cards.Load(state.CardId, state.Payload);
            }
            else
            {
                cards.PutAway(state.CardId);
            }

            Report(claimed.Shard, "card states", ++read, claimed.Sequence);
        }

        var replayed = 0;
        var entries = new List<JournalEntry>();
        foreach (var page in store.ReadJournal(claimed.Shard, claimed.SnapshotSequence, int.MaxValue))
        {
            cancellation.ThrowIfCancellationRequested();
            entries.Clear();
            JournalCodec.Decode(page.Payload, entries);
            foreach (var entry in entries)
            {
                while (!cards.TryReplay(entry.TransactionId, entry.CardId, entry.AmountMinor, entry.EventTimeMs))
                {
                    loader.Load(claimed.Shard, cards, [entry.CardId]);
                }

                Report(claimed.Shard, "payments", ++replayed, claimed.Sequence);
            }
        }

        StreamLog.ShardRecovered(log, claimed.Shard, read, replayed, time.GetElapsedTime(started));
        return cards;
    }

    private void Report(int shard, string what, int count, long sequence)
    {
        if (count % ProgressEvery == 0)
        {
            StreamLog.ShardRecovering(log, shard, count, what, sequence);
        }
    }
}
