namespace Fraud.Http.Routing;

/// <summary>A message on its way to a shard: which payments went with it, each with the number of its attempt.</summary>
internal sealed class SentPayments(ShardSender sender, ulong number, IReadOnlyList<WaitingPayment> payments, byte[] bytes, long sentAt)
{
    private int _unanswered = payments.Count;

    public ShardSender Sender => sender;

    /// <summary>What an answer names it by, on this node.</summary>
    public ulong Number => number;

    public IReadOnlyList<WaitingPayment> Payments => payments;

    public int Count => payments.Count;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public long SentAt => sentAt;

    /// <summary>Timestamp after which nobody waits for any of it.</summary>
    public long Deadline { get; } = payments.Max(static each => each.Payment.Deadline);

    /// <summary>Holds one of the places that its shard has for messages on their way. The sender's.</summary>
    public bool HasPlace { get; set; } = true;

    /// <summary>Payments that no part of an answer was about.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    public void Answered(int count) => Interlocked.Add(ref _unanswered, -count);

    public void RefuseAll(RouteOutcome outcome)
    {
        foreach (var (payment, attempt) in payments)
        {
            payment.Group!.Refused(payment, attempt, outcome);
        }
    }
}

/// <summary>An attempt at a payment.</summary>
internal readonly record struct WaitingPayment(RoutedPayment Payment, int Attempt);
