using Fraud.Model;
using Fraud.Stream.Journal;

namespace Fraud.Stream.Storage;

/// <summary>A payment stored by a version that kept no journals.</summary>
internal readonly record struct StoredPayment(
    int Shard, string TransactionId, string CardId, string TerminalId, long AmountMinor, long EventTimeMs)
{
    // As many as a full group commit has.
    private const int PageSize = 4_096;

    /// <summary>The journals that these payments would have left; they come by shard, in the order of writing.</summary>
    public static IEnumerable<JournalPage> Pages(IEnumerable<StoredPayment> payments)
    {
        var pages = new PageWriter();
        var (shard, sequence, count) = (-1, 0L, 0);
        foreach (var stored in payments)
        {
            if (count == PageSize || (count > 0 && stored.Shard != shard))
            {
                yield return new JournalPage(shard, ++sequence, pages.End(nextOffset: null).ToArray());
                count = 0;
            }

            if (stored.Shard != shard)
            {
                (shard, sequence) = (stored.Shard, 0);
            }

            if (count++ == 0)
            {
                pages.Begin(storedAtMs: 0);
            }

            pages.AddBare(stored.Entry);
        }

        if (count > 0)
        {
            yield return new JournalPage(shard, sequence + 1, pages.End(nextOffset: null).ToArray());
        }
    }

    private JournalEntry Entry => new(
        ShortText.From(TransactionId), ShortText.From(CardId), ShortText.From(TerminalId), AmountMinor, EventTimeMs);
}
