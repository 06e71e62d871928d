using Fraud.Http.Scoring;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Shards;

namespace Fraud.Http.Routing;

/// <summary>A payment between the request that brought it and whoever scores it, here or at another node.</summary>
/// <remarks>
/// One object a payment that leaves the node: little beside the round trip. It is not pooled, because a late
/// answer may still arrive when its request is over. What an attempt brings may come from any thread; the attempts
/// themselves are made by one.
/// </remarks>
internal sealed class RoutedPayment(Payment payment, long deadline)
{
    private readonly long _arrivedAtMs = payment.ArrivedAtMs;
    private int _isClaimed;
    private int _outcome;
    private long _refusal;
    private int _queued;

    /// <summary>What to score. Null while this node's graph has it, which uses it again.</summary>
    public Payment? Payment { get; set; } = payment;

    public int Shard { get; } = payment.Shard;

    public ShortText Id { get; } = payment.Transaction.Id;

    public bool IsExplanationWanted { get; } = payment.IsExplanationWanted;

    public long ArrivedTimestamp { get; } = payment.ArrivedTimestamp;

    /// <summary>Timestamp after which nobody waits for the answer.</summary>
    public long Deadline { get; } = deadline;

    public RouteOutcome Outcome => (RouteOutcome)Volatile.Read(ref _outcome);

    /// <summary>Meaningful when it is scored.</summary>
    public Answer Answer;

    /// <summary>The span that it is part of at its owner; null where its trace is not sampled.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The request that it belongs to.</summary>
    public ScoreGroup? Group { get; set; }

    /// <summary>The attempts at it, and where the present one stands.</summary>
    public PaymentAttempts Attempts { get; set; }

    public AttemptState State { get; set; }

    /// <summary>The last attempt was made with this node's graph.</summary>
    public bool WasHere { get; set; }

    /// <summary>How the last attempt that ended was refused.</summary>
    public RouteOutcome LastRefusal { get; set; }

    /// <summary>Ends it. Only the first of several counts.</summary>
    public void Settle(RouteOutcome outcome)
    {
        if (TryClaim())
        {
            Publish(outcome);
        }
    }

    /// <summary>Ends it with an answer, unless it has one: then false.</summary>
    public void Score(in Answer answer, double processingMs)
    {
        if (!TryClaim())
        {
            return;
        }

        Answer = answer;
        Answer.TransactionId = Id;
        Answer.IsExplanationWanted = IsExplanationWanted;
        Answer.SetTime(_arrivedAtMs, processingMs);
        Publish(RouteOutcome.Scored);
    }

    /// <summary>An attempt was refused. Says nothing once a later attempt was, too.</summary>
    public void Refuse(int attempt, RouteOutcome outcome)
    {
        var refusal = ((long)attempt << 8) | (byte)outcome;
        var current = Volatile.Read(ref _refusal);
        while (current < refusal && Interlocked.CompareExchange(ref _refusal, refusal, current) is var seen && seen != current)
        {
            current = seen;
        }
    }

    /// <summary>Whether the present attempt was refused, and how: what was said of an earlier one says nothing of this.</summary>
    public bool IsRefused(out RouteOutcome outcome)
    {
        var refusal = Volatile.Read(ref _refusal);
        outcome = (RouteOutcome)(byte)refusal;
        return outcome != RouteOutcome.Pending && Attempts.IsPresent((int)(refusal >> 8));
    }

    /// <summary>A sender will read it, on another thread.</summary>
    public void Enqueued() => Interlocked.Increment(ref _queued);

    /// <summary>That sender is done with it.</summary>
    public void Dequeued() => Interlocked.Decrement(ref _queued);

    /// <summary>For this node's graph, which writes to it: a copy while a sender may still read it.</summary>
    public Payment Take(AdmissionGate gate)
    {
        var taken = Payment!;
        Payment = null;
        return Volatile.Read(ref _queued) == 0 ? taken : Copy(taken, gate);
    }

    /// <summary>Gives it back once its request is over, unless somebody else has it.</summary>
    public void Return(AdmissionGate gate)
    {
        if (Payment is { } left && Volatile.Read(ref _queued) == 0)
        {
            Payment = null;
            gate.Return(left);
        }
    }

    /// <summary>The payment as it came in, for another attempt.</summary>
    public static Payment Copy(Payment payment, AdmissionGate gate)
    {
        var copy = gate.Rent();
        payment.Transaction.CopyTo(copy.Transaction);
        copy.Shard = payment.Shard;
        copy.ArrivedTimestamp = payment.ArrivedTimestamp;
        copy.ArrivedAtMs = payment.ArrivedAtMs;
        copy.Deadline = payment.Deadline;
        copy.IsExplanationWanted = payment.IsExplanationWanted;
        copy.ReplyIndex = payment.ReplyIndex;
        return copy;
    }

    private bool TryClaim() => Interlocked.Exchange(ref _isClaimed, 1) == 0;

    private void Publish(RouteOutcome outcome)
    {
        Volatile.Write(ref _outcome, (int)outcome);
        Group!.One();
    }
}

/// <summary>Where the present attempt stands.</summary>
internal enum AttemptState
{
    /// <summary>It is to be made when its time has come, or the shard opens here.</summary>
    Waiting,

    /// <summary>It is on its way to another node.</summary>
    Away,

    /// <summary>This node's graph has it, which answers in any case.</summary>
    Here,

    /// <summary>There is no time for another one; an earlier one may still be answered.</summary>
    Last,
}
