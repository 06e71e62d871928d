using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Tests.Stream.Support;

/// <summary>What tests ask a store about all of its shards.</summary>
internal static class StoreReading
{
    /// <summary>The payments in the journals of all shards that were ever claimed, shard by shard, each in its order.</summary>
    public static List<JournalEntry> Journal(this IFraudStore store)
    {
        var entries = new List<JournalEntry>();
        foreach (var row in store.ReadHeads())
        {
            entries.AddRange(store.Journal(row.Shard));
        }

        return entries;
    }

    /// <summary>The payments in one shard's journal.</summary>
    public static List<JournalEntry> Journal(this IShardStore store, int shard)
    {
        var entries = new List<JournalEntry>();
        foreach (var page in store.ReadJournal(shard, 0, int.MaxValue))
        {
            JournalEntry.Read(page.Payload, entries);
        }

        return entries;
    }

    public static List<string> StoredIds(this IFraudStore store) =>
        [.. store.Journal().Select(static entry => entry.TransactionId.ToString())];

    /// <summary>Labels that count as frauds now: known and not taken back.</summary>
    public static IReadOnlyList<Label> KnownFrauds(this IShardStore store) =>
        [.. store.ReadLabelJournal(0, int.MaxValue)
            .GroupBy(static entry => entry.Change.Label.TransactionId)
            .Where(static changes => changes.Sum(static entry => entry.Change.FraudDelta) > 0)
            .Select(static changes => changes.Last().Change.Label)];

    /// <summary>Payments that the journals take back.</summary>
    public static int TakenBack(this IFraudStore store)
    {
        var taken = 0;
        foreach (var page in store.ReadHeads().SelectMany(head => store.ReadJournal(head.Shard, 0, int.MaxValue)))
        {
            var reader = new PageReader(page.Payload);
            while (reader.ReadRetraction() is not null)
            {
                taken++;
            }
        }

        return taken;
    }

    /// <summary>The payments in pages, in their order, and what scored each.</summary>
    public static IEnumerable<(string Id, ScoredBy By)> Payments(this IEnumerable<ShardPage> pages)
    {
        var payments = new List<(string, ScoredBy)>();
        foreach (var page in pages)
        {
            var reader = new PageReader(page.Bytes.Span);
            while (reader.Read())
            {
                payments.Add((reader.Payment.Id.ToString(), reader.ScoredBy!));
            }
        }

        return payments;
    }
}
