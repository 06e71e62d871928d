using Fraud.Model;
using Fraud.Stream.Batching;
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
        var codec = new JournalCodec();
        var payment = new Payment();
        var (shard, sequence, count) = (-1, 0L, 0);
        foreach (var stored in payments)
        {
            if (count == PageSize || (count > 0 && stored.Shard != shard))
            {
                yield return new JournalPage(shard, ++sequence, codec.End().ToArray());
                count = 0;
            }

            if (stored.Shard != shard)
            {
                (shard, sequence) = (stored.Shard, 0);
            }

            if (count++ == 0)
            {
                codec.Begin();
            }

            stored.CopyTo(payment.Transaction);
            codec.Add(payment);
        }

        if (count > 0)
        {
            yield return new JournalPage(shard, sequence + 1, codec.End().ToArray());
        }
    }

    private void CopyTo(Transaction transaction)
    {
        transaction.Id = ShortText.From(TransactionId);
        transaction.CardId = ShortText.From(CardId);
        transaction.TerminalId = ShortText.From(TerminalId);
        transaction.AmountMinor = AmountMinor;
        transaction.EventTimeMs = EventTimeMs;
    }
}
