using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;

namespace Fraud.Stream.Storage;

/// <summary>Finds which payments of a commit that was carried out were repeats: those that its page does not have.</summary>
internal static class SettledRepeats
{
    /// <exception cref="InvalidOperationException">The page of a commit is not there.</exception>
    public static List<Payment> Find(IShardStore store, IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> done)
    {
        var pages = done.ToDictionary(static commit => commit.Shard, commit => Ids(store, commit));
        var repeated = new List<Payment>();
        foreach (var batch in batches)
        {
            foreach (var payment in batch.Payments)
            {
                // An id that comes twice in one commit is stored once: the second is a repeat of the first.
                if (pages.TryGetValue(payment.Shard, out var ids)
                    && (payment.State == PaymentState.Duplicate || (payment.State == PaymentState.Scored && !ids.Remove(payment.Transaction.Id))))
                {
                    repeated.Add(payment);
                }
            }
        }

        return repeated;
    }

    private static HashSet<ShortText> Ids(IShardStore store, ShardCommit commit)
    {
        var entries = new List<JournalEntry>();
        var page = store.ReadJournal(commit.Shard, commit.Sequence - 1, 1).FirstOrDefault();
        if (page.Sequence != commit.Sequence)
        {
            throw new InvalidOperationException($"Shard {commit.Shard}: the journal does not have page {commit.Sequence}, which is to be settled.");
        }

        JournalEntry.Read(page.Payload, entries);
        return [.. entries.Select(static entry => entry.TransactionId)];
    }
}
