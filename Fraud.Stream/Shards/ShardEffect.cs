namespace Fraud.Stream.Shards;

/// <summary>What a <see cref="ShardOwnership"/> wants done, in this order.</summary>
public abstract record ShardEffect
{
    private ShardEffect()
    {
    }

    /// <summary>Claim the shard at the store and report.</summary>
    public sealed record Claim(long Attempt) : ShardEffect;

    /// <summary>Read snapshot and pages by <see cref="ReplayCursor"/> and report.</summary>
    public sealed record Recover(ShardHead Claimed) : ShardEffect;

    /// <summary>
    /// Send the recovered state and <see cref="CommitCursor.At"/> through the graph as <see cref="MarkerKind.Open"/>; payments that enter
    /// from now on carry the generation (rule 3 of docs/decisions/0011).
    /// </summary>
    public sealed record OpenLane(ShardHead Claimed) : ShardEffect;

    /// <summary>Refuse payments from now on with <c>moved</c>. What is in the graph goes on.</summary>
    public sealed record CloseIntake(long Generation) : ShardEffect;

    /// <summary>
    /// As <see cref="CloseIntake"/>, and drop the state and what is in the graph under the generation; its callers are told
    /// <c>moved</c>.
    /// </summary>
    public sealed record DropLane(long Generation) : ShardEffect;

    /// <param name="NextOffset">In the assignment itself, no seek behind it; null is the beginning.</param>
    public sealed record AssignKafka(long Generation, long? NextOffset) : ShardEffect;

    public sealed record UnassignKafka : ShardEffect;

    public sealed record SendMarker(MarkerKind Kind, long Generation) : ShardEffect;

    /// <summary>Give the shard back at the store and report.</summary>
    public sealed record Release(long Attempt, long Generation) : ShardEffect;

    /// <summary>Replaces the timer that was set before.</summary>
    public sealed record SetTimer(long Attempt, TimeSpan After) : ShardEffect;

    public sealed record CancelTimer : ShardEffect;

    /// <summary>The process was removed from the cluster and has to exit with 3 (rules 8 and 25).</summary>
    public sealed record ExitProcess : ShardEffect;

    /// <summary>The shard may open elsewhere; the actor stops.</summary>
    public sealed record End : ShardEffect;
}
