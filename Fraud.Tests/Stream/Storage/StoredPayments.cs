using Fraud.Model;
using Fraud.Stream.Batching;

namespace Fraud.Tests.Stream.Storage;

/// <summary>Payments as they reach the store.</summary>
internal static class StoredPayments
{
    public static DateTimeOffset July { get; } = new(2018, 7, 25, 12, 0, 0, TimeSpan.Zero);

    public static Payment Paid(
        string id,
        long offset = -1,
        float score = 0.25f,
        Decision decision = Decision.Approve,
        string[]? reasons = null,
        string card = "card",
        string terminal = "terminal",
        DateTimeOffset? at = null,
        string model = "payments",
        PaymentState state = PaymentState.Scored,
        IPaymentReply? reply = null,
        int shard = 0)
    {
        var payment = new Payment
        {
            Shard = shard,
            KafkaOffset = offset,
            Score = score,
            Decision = decision,
            Reasons = reasons ?? [],
            ScoredBy = new ScoredBy(model, "1", 0.5f, 0.9f),
            State = state,
            Reply = reply,
        };
        var transaction = payment.Transaction;
        transaction.Id = ShortText.From(id);
        transaction.CardId = ShortText.From(card);
        transaction.TerminalId = ShortText.From(terminal);
        transaction.Source = ShortText.From("online");
        transaction.AmountMinor = 1_234;
        transaction.Currency = Currency.Euro;
        transaction.EventTimeMs = (at ?? July).ToUnixTimeMilliseconds();
        for (var i = 0; i < payment.Features.Length; i++)
        {
            payment.Features[i] = i + 0.5f;
        }

        return payment;
    }

    public static Payment Undecodable(int partition, long offset) => new()
    {
        Shard = partition,
        KafkaOffset = offset,
        ArrivedAtMs = July.ToUnixTimeMilliseconds(),
        State = PaymentState.Undecodable,
        DeadLetter = new DeadLetter(
            System.Text.Encoding.UTF8.GetBytes($"key {offset}"), "{ not json"u8.ToArray(), "invalid_json", "expected an object"),
    };

    public static MicroBatch FromKafka(int partition, params Payment[] payments)
    {
        var batch = FromHttp(payments);
        batch.KafkaPartition = partition;
        foreach (var payment in payments)
        {
            payment.Shard = partition;
        }

        return batch;
    }

    public static MicroBatch FromHttp(params Payment[] payments)
    {
        var batch = new MicroBatchPool(Math.Max(1, payments.Length), maxIdle: 0).Rent();
        foreach (var payment in payments)
        {
            batch.Swap(payment);
        }

        return batch;
    }

    public static Label Known(string id, bool isFraud) => new(
        ShortText.From(id), ShortText.From("card"), ShortText.From("terminal"), July.ToUnixTimeMilliseconds(), isFraud);
}

/// <summary>Somebody waits for the answer; the store only asks whether.</summary>
internal sealed class Answer : IPaymentReply
{
    public void Complete(Payment payment)
    {
    }

    public void Fail(Payment payment, Exception error)
    {
    }
}
