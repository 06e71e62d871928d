using System.Security.Cryptography;
using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Poison;

/// <summary>By what a payment is recognised when it comes again: its place in Kafka; over HTTP its id, or what it says where it has none.</summary>
/// <param name="Partition">-1 over HTTP.</param>
/// <param name="Offset">-1 over HTTP.</param>
/// <param name="Name">Empty in Kafka, where the place says it all.</param>
public readonly record struct PaymentPlace(int Partition, long Offset, ShortText Name)
{
    // 128 bits: no two payments that are remembered together have the same.
    private const int NameBytes = 16;

    public bool IsFromKafka => Offset >= 0;

    public static PaymentPlace Of(Payment payment) =>
        payment.KafkaOffset >= 0 ? new PaymentPlace(payment.Shard, payment.KafkaOffset, default)
        : new PaymentPlace(-1, -1, HasIdOfItsSender(payment.Transaction) ? payment.Transaction.Id : ContentOf(payment.Transaction));

    private static bool HasIdOfItsSender(Transaction transaction) => (transaction.Gaps & FieldGaps.TransactionId) == FieldGaps.None;

    // Each time it comes, the gate gives it another id, and the time where it has none.
    private static ShortText ContentOf(Transaction transaction)
    {
        var given = new Transaction();
        transaction.CopyTo(given);
        given.Id.Clear();
        if ((given.Gaps & FieldGaps.EventTime) != FieldGaps.None)
        {
            given.EventTimeMs = 0;
        }

        var text = new byte[TransactionWriter.MaxLength];
        var length = TransactionWriter.Write(given, text);
        return ShortText.From(Convert.ToHexStringLower(SHA256.HashData(text.AsSpan(0, length)).AsSpan(0, NameBytes)));
    }
}
