namespace Fraud.Stream.Shards;

/// <summary>What a <see cref="ShardOwnership"/> is told.</summary>
public abstract record ShardInput
{
    private ShardInput()
    {
    }

    /// <summary>Sharding wants the shard here.</summary>
    public sealed record Start : ShardInput;

    /// <summary>Sharding wants the shard elsewhere, or the node goes down: the hand-off stop message.</summary>
    public sealed record Stop : ShardInput;

    /// <summary>An instance of the graph takes payments and markers.</summary>
    public sealed record GraphStarted : ShardInput;

    /// <summary>The instance ended, failed or completed; what was in it is gone and answered (rule 18 of docs/decisions/0011).</summary>
    public sealed record GraphEnded : ShardInput;

    /// <param name="Attempt">Of the effect that this answers.</param>
    public sealed record Claimed(long Attempt, ShardHead Head) : ShardInput;

    /// <summary>The store knows the process as removed.</summary>
    public sealed record ClaimRefused(long Attempt) : ShardInput;

    /// <summary>The outcome is unknown or the store away.</summary>
    public sealed record ClaimFailed(long Attempt) : ShardInput;

    /// <summary>The state is at hand; it is sent by the effect <see cref="ShardEffect.OpenLane"/>.</summary>
    public sealed record Recovered(long Generation) : ShardInput;

    /// <summary>The store was away, or a page was missing.</summary>
    public sealed record RecoveryFailed(long Generation) : ShardInput;

    /// <summary>A write of the generation was refused, or <see cref="CommitDecision.Drop"/> was decided.</summary>
    public sealed record Fenced(long Generation) : ShardInput;

    /// <summary>So much changed, or so much time passed, that a snapshot is worth it.</summary>
    public sealed record SnapshotDue : ShardInput;

    /// <summary>The commit stage did what a marker asks for: everything before it is stored, and its states are, too.</summary>
    public sealed record MarkerDone(MarkerKind Kind, long Generation) : ShardInput;

    /// <summary>The release was carried out, refused, or failed: all the same now.</summary>
    public sealed record ReleaseEnded(long Attempt) : ShardInput;

    /// <param name="Attempt">Of the effect <see cref="ShardEffect.SetTimer"/>.</param>
    public sealed record TimerFired(long Attempt) : ShardInput;
}
