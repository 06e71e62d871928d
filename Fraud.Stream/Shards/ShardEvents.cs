namespace Fraud.Stream.Shards;

/// <summary>Which changes of a shard's ownership are events of its history. Pure.</summary>
public static class ShardEvents
{
    /// <summary>Whether the time that the next event tells of begins with this change.</summary>
    public static bool IsStart(ShardPhase before, ShardPhase next) => next != before && next switch
    {
        // Attempts that fail are part of what a claim took.
        ShardPhase.Claiming => before != ShardPhase.Waiting,
        ShardPhase.Open or ShardPhase.Draining => true,
        _ => false,
    };

    /// <param name="input">What changed it.</param>
    /// <param name="took">Since the last change that <see cref="IsStart"/>, this one left out.</param>
    /// <returns>Null: nothing that people would look for.</returns>
    public static ShardEvent? Of(
        ShardOwnership before, ShardInput input, ShardOwnership next, long atMs, string node, TimeSpan took, int cards)
    {
        var generation = next.Claimed.Generation;
        return (before.Phase, next.Phase) switch
        {
            (ShardPhase.Recovering, ShardPhase.Open) => new ShardClaimed(atMs, generation, node, took, cards),
            (ShardPhase.Open, ShardPhase.Fenced) => new ShardOvertaken(atMs, generation, node, took),
            (ShardPhase.Draining, ShardPhase.Released) => new ShardOvertaken(atMs, generation, node, took),
            (ShardPhase.Open, ShardPhase.Closed) => new ShardDropped(atMs, generation, node, took),
            (ShardPhase.Draining, ShardPhase.Releasing) => new ShardReleased(atMs, generation, node, Why(input), took),
            (ShardPhase.Claiming or ShardPhase.Recovering, ShardPhase.Releasing) =>
                new ShardReleased(atMs, generation, node, ReleaseReason.NeverOpened, took),
            _ => null,
        };
    }

    private static ReleaseReason Why(ShardInput input) => input switch
    {
        ShardInput.MarkerDone => ReleaseReason.Drained,
        ShardInput.GraphEnded => ReleaseReason.GraphEnded,
        _ => ReleaseReason.DrainLimit,
    };
}
