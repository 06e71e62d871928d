namespace Fraud.Stream.Formation;

/// <summary>What a node that is in no cluster has to do.</summary>
public abstract record JoinAnswer
{
    private JoinAnswer()
    {
    }

    /// <summary>Forms the cluster of this number: it alone was told so.</summary>
    public sealed record Form(long Number) : JoinAnswer;

    /// <summary>Joins one of these, which are members and live.</summary>
    public sealed record Join(IReadOnlyList<NodeRegistration> Members) : JoinAnswer;

    /// <summary>Asks again: members are silent, and it is not yet known whether that is them or the store. Who has seeds tries those.</summary>
    public sealed record Wait : JoinAnswer;

    /// <summary>The store was not asked, because a question is under way, or it did not answer.</summary>
    public sealed record Unknown : JoinAnswer;

    /// <summary>Exits: this incarnation was removed, or its cluster was superseded.</summary>
    public sealed record Refused(string Why) : JoinAnswer;
}
