using Fraud.Http.Scoring;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;

namespace Fraud.Http.Routing;

/// <summary>A payment between the request that brought it and whoever scores it, here or at another node.</summary>
/// <remarks>
/// One object a payment that leaves the node: little beside the round trip. It is not pooled, because a late
/// answer may still arrive when its request is over.
/// </remarks>
internal sealed class RoutedPayment(Payment payment, long deadline)
{
    private int _outcome;

    /// <summary>What to score. Null when it went into this node's graph, which uses it again.</summary>
    public Payment? Payment { get; set; } = payment;

    public int Shard { get; } = payment.Shard;

    /// <summary>Whom it was last tried with.</summary>
    public ShardOwner Owner { get; set; } = ShardOwner.Nobody;

    /// <summary>Timestamp after which nobody waits for the answer.</summary>
    public long Deadline { get; } = deadline;

    public RouteOutcome Outcome => (RouteOutcome)Volatile.Read(ref _outcome);

    /// <summary>Meaningful when it is scored.</summary>
    public Answer Answer;

    /// <summary>The span that it is part of at its owner; null where its trace is not sampled.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Who scored it; null for this node.</summary>
    public string? Node { get; set; }

    /// <summary>Generation of the shard's owner as the node asked knows it, when it was misrouted.</summary>
    public long Generation { get; set; }

    /// <summary>The try that it belongs to now.</summary>
    public ScoreGroup? Group { get; private set; }

    public void Enter(ScoreGroup group)
    {
        Group = group;
        Node = null;
        Volatile.Write(ref _outcome, (int)RouteOutcome.Pending);
    }

    /// <summary>Set what belongs to the outcome before. Only the first of several counts.</summary>
    public void Settle(RouteOutcome outcome)
    {
        if (TrySettle(outcome))
        {
            Group!.One();
        }
    }

    /// <summary>Ends it for its request, which no longer waits.</summary>
    public void Expire() => TrySettle(RouteOutcome.Late);

    private bool TrySettle(RouteOutcome outcome) =>
        Interlocked.CompareExchange(ref _outcome, (int)outcome, (int)RouteOutcome.Pending) == (int)RouteOutcome.Pending;
}
