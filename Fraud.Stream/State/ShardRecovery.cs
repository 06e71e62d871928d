using Fraud.Model;
using Fraud.Model.History;
using Fraud.Stream.Cluster;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.State;

/// <summary>Rebuilds a shard's cards: the stored states, the ids of late, then the journal since.</summary>
public sealed class ShardRecovery(
    IShardStore store, Profile profile, CardLoader loader, ClusterOptions options, TimeProvider time, ILogger<ShardRecovery> log)
{
    // One line for every second or so of work.
    private const int ProgressEvery = 250_000;

    // Pages read at once while going back for ids; a page holds one to a thousand payments.
    private const int PagesBack = 256;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="claimed">The shard as it was when it was claimed: nobody else can change it since.</param>
    public ShardCards Rebuild(ShardHead claimed, CancellationToken cancellation)
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

        Remember(claimed, cards, cancellation);
        var replayed = 0;
        foreach (var stored in store.ReadJournal(claimed.Shard, claimed.SnapshotSequence, int.MaxValue))
        {
            cancellation.ThrowIfCancellationRequested();
            var page = new PageReader(stored.Payload);
            while (page.Read())
            {
                var entry = page.Payment.Entry;
                while (!cards.TryReplay(entry.CardId, entry.AmountMinor, entry.EventTimeMs))
                {
                    loader.Load(claimed.Shard, cards, [entry.CardId]);
                }

                cards.Remember(entry.TransactionId, new JournalPlace(stored.Sequence, page.Ordinal).Packed, StoredAt(page));

                Report(claimed.Shard, "payments", ++replayed, claimed.Sequence);
            }

            while (page.ReadRetraction() is { Payment: var taken })
            {
                while (!cards.TryRetract(taken.CardId, taken.AmountMinor, taken.EventTimeMs))
                {
                    loader.Load(claimed.Shard, cards, [taken.CardId]);
                }
            }
        }

        StreamLog.ShardRecovered(log, claimed.Shard, read, replayed, time.GetElapsedTime(started));
        return cards;
    }

    /// <summary>
    /// Ids of payments that the card states contain: one that is sent again must be known as repeated. The rows would know it too, but only
    /// after its card had counted it and payments behind it had seen that.
    /// </summary>
    private void Remember(ShardHead claimed, ShardCards cards, CancellationToken cancellation)
    {
        var after = NowMs - (long)cards.RecentFor.TotalMilliseconds;
        var newestFirst = new List<List<Known>>();
        var found = 0;
        for (var end = claimed.SnapshotSequence; end > 0 && found < cards.RecentCapacity; end -= PagesBack)
        {
            cancellation.ThrowIfCancellationRequested();
            var known = new List<Known>();
            foreach (var page in store.ReadJournal(claimed.Shard, Math.Max(0, end - PagesBack), (int)Math.Min(end, PagesBack)))
            {
                if (page.Sequence <= end)
                {
                    Read(page, after, known);
                }
            }

            if (known.Count == 0)
            {
                // Pruned, or older than ids are remembered: such repeats are found by the rows.
                break;
            }

            found += known.Count;
            newestFirst.Add(known);
        }

        for (var i = newestFirst.Count - 1; i >= 0; i--)
        {
            foreach (var (id, place, storedAtMs) in newestFirst[i])
            {
                cards.Remember(id, place, storedAtMs);
            }
        }
    }

    private void Read(JournalPage stored, long after, List<Known> into)
    {
        var page = new PageReader(stored.Payload);
        var storedAt = StoredAt(page);
        while (storedAt >= after && page.Read())
        {
            into.Add(new Known(page.Payment.Id, new JournalPlace(stored.Sequence, page.Ordinal).Packed, storedAt));
        }
    }

    // Pages of the first version do not say: they are taken for new ones.
    private long StoredAt(in PageReader page) => page.StoredAtMs > 0 ? page.StoredAtMs : NowMs;

    private void Report(int shard, string what, int count, long sequence)
    {
        if (count % ProgressEvery == 0)
        {
            StreamLog.ShardRecovering(log, shard, count, what, sequence);
        }
    }

    private readonly record struct Known(ShortText Id, long Place, long StoredAtMs);
}
