namespace Fraud.Stream.Shards;

/// <summary>What to do about a write whose outcome is unknown, once the head was read (rule 2 of docs/decisions/0011).</summary>
public enum CommitDecision
{
    /// <summary>It was carried out.</summary>
    Done,

    /// <summary>It was not, or not yet. The same numbers, id and bytes again: only one of the attempts can be carried out.</summary>
    WriteAgain,

    /// <summary>The shard is another's, or it is not known what is stored: drop what is in memory, claim, recover.</summary>
    Drop,
}

/// <summary>Decides after an unknown outcome.</summary>
public static class CommitDecisions
{
    /// <param name="head">Read after the outcome became unknown.</param>
    public static CommitDecision Decide(ShardHead head, in ShardCommit commit)
    {
        if (head.Generation != commit.Generation)
        {
            // Even when the page landed before the claim: it is the new owner's to answer for, who knows repeats by it.
            return CommitDecision.Drop;
        }

        if (head.Sequence == commit.Sequence && head.CommitId == commit.CommitId)
        {
            return CommitDecision.Done;
        }

        return head.Sequence == commit.Sequence - 1 ? CommitDecision.WriteAgain : CommitDecision.Drop;
    }

    /// <param name="head">Read after the outcome became unknown.</param>
    public static CommitDecision Decide(ShardHead head, in SnapshotMove move)
    {
        if (head.Generation != move.Generation)
        {
            return CommitDecision.Drop;
        }

        if (head.SnapshotSequence == move.From)
        {
            // A move that goes nowhere, with new labels alone, may have been carried out: twice is as good as once.
            return CommitDecision.WriteAgain;
        }

        return head.SnapshotSequence == move.To ? CommitDecision.Done : CommitDecision.Drop;
    }
}
