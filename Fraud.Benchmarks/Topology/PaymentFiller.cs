using Fraud.Benchmarks.Workload;
using Fraud.Model;
using Fraud.Model.History;
using Fraud.Stream.Batching;

namespace Fraud.Benchmarks.Topology;

/// <summary>Stands for the source's part of a payment; the same for both contestants.</summary>
internal static class PaymentFiller
{
    // 45 days of two payments for each of 10,000 cards: every window is full, and histories no longer grow.
    private const int PaymentsBefore = 900_000;

    public const int Shards = 6;

    /// <summary>Histories as they are after weeks of service; the stream goes on at <paramref name="next"/>.</summary>
    public static LocalProfile OldProfile(PaymentStream stream, int batchSize, out long next)
    {
        var profile = new LocalProfile(new ProfileOptions(), Shards);
        var payment = new Transaction();
        for (next = 0; next < PaymentsBefore; next++)
        {
            var shard = ShardOf(next, batchSize);
            stream.Fill(payment, next, shard, Shards);
            profile.Restore(shard, payment.Id, payment.CardId, payment.TerminalId, payment.AmountMinor, payment.EventTimeMs);
        }

        return profile;
    }

    /// <summary>A batch comes from one partition; the partitions take turns.</summary>
    public static int ShardOf(long number, int batchSize) => (int)(number / batchSize % Shards);

    public static void Fill(Payment payment, PaymentStream stream, long number, int shard)
    {
        stream.Fill(payment.Transaction, number, shard, Shards);
        payment.Shard = shard;
        payment.KafkaOffset = number;
        payment.ArrivedTimestamp = TimeProvider.System.GetTimestamp();
        payment.ArrivedAtMs = payment.Transaction.EventTimeMs;
    }
}
