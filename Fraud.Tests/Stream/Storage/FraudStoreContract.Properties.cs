using CsCheck;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Storage;

public abstract partial class FraudStoreContract
{
    // Two years: PostgreSQL has partitions for two of their months, and one for all others.
    private static readonly Gen<Payment> AnyScored = Gen.Select(
        Any.Payment, Gen.Long[1_500_000_000_000, 1_563_000_000_000], Gen.Int[0, Shards - 1], Gen.Single[0, 1], Gen.Enum<Decision>(),
        Any.Text.Array[0, 3], Any.Number.Array[FeatureCatalog.Count],
        static (transaction, time, shard, score, decision, reasons, features) =>
        {
            var payment = StoredPayments.Paid(
                "", score: score, decision: decision, reasons: decision == Decision.Approve ? [] : [.. reasons.Select(static one => one.ToString())], shard: shard);
            transaction.CopyTo(payment.Transaction);
            payment.Transaction.EventTimeMs = time;
            features.CopyTo(payment.Features, 0);
            return payment;
        });

    [Fact]
    public void Commit_AnyPayments_AreReadBackAlike()
    {
        var run = 0;
        _ = Owned;
        AnyScored.Array[1, 10].Sample(
            payments =>
            {
                run++;
                for (var i = 0; i < payments.Length; i++)
                {
                    payments[i].Transaction.Id = ShortText.From($"{run}.{i}");
                }

                var (after, journals) = (Store.History.Head(), Store.ReadHeads().ToDictionary(static row => row.Shard, static row => row.Sequence));
                Commit([StoredPayments.FromHttp([.. payments])]);

                var stored = Store.History.Read(after, Store.History.Head(), 0, long.MaxValue).ToDictionary(static one => one.TransactionId, StringComparer.Ordinal);
                Assert.Equal(payments.Length, stored.Count);
                Assert.All(payments, payment => AssertStored(payment, stored[payment.Transaction.Id.ToString()]));
                foreach (var shard in payments.GroupBy(static payment => payment.Shard))
                {
                    var entries = new List<JournalEntry>();
                    JournalEntry.Read(Assert.Single(Store.ReadJournal(shard.Key, journals[shard.Key], 10)).Payload, entries);
                    Assert.Equal(shard.Select(static payment => payment.Transaction.Id), entries.Select(static entry => entry.TransactionId));
                }
            },
            // One connection commits, and each look at the journal is about the commit before it.
            iter: 15, threads: 1);
    }

    private void AssertStored(Payment payment, Fraud.Stream.History.HistoryPayment stored)
    {
        var (sent, id) = (payment.Transaction, payment.Transaction.Id.ToString());
        Assert.Equal((sent.CardId.ToString(), sent.AmountMinor, sent.EventTimeMs), (stored.CardId, stored.AmountMinor, stored.EventTimeMs));
        Assert.Equal((payment.Score, payment.Decision), (stored.Score, stored.Decision));
        Assert.Equal(payment.Features, stored.Features);
        var opened = Store.Cases.Find(id)!;
        Assert.Equal(
            (sent.TerminalId.ToString(), sent.Source.ToString(), sent.Currency.ToString()), (opened.TerminalId, opened.Source, opened.Currency));
        Assert.True(payment.Decision == Decision.Approve || payment.Reasons.SequenceEqual(opened.Reasons));
    }
}
