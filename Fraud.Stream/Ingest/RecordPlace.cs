using System.Globalization;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Ingest;

/// <summary>What a payment gets from the record it came in: its shard, its offset, and what the sender left out.</summary>
internal static class RecordPlace
{
    public static void Complete(Payment payment, RecordKey key, int partition, long offset, CardNumberGuard cards, TimeProvider time)
    {
        var transaction = payment.Transaction;
        payment.Shard = partition;
        payment.KafkaOffset = offset;
        payment.ArrivedTimestamp = time.GetTimestamp();
        payment.ArrivedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (payment.DeadLetter is { } letter)
        {
            payment.DeadLetter = letter with { Key = cards.HideKey(key.ToArray()) };
            return;
        }

        if (transaction.EventTimeMs == 0)
        {
            transaction.EventTimeMs = payment.ArrivedAtMs;
        }

        if (transaction.Id.IsEmpty)
        {
            // Its place in Kafka names a payment without an id, the same after every restart.
            transaction.Id = ShortText.From(string.Create(CultureInfo.InvariantCulture, $"kafka-{partition}-{offset}"));
        }
    }
}
