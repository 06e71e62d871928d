namespace Fraud.Stream.Shards;

/// <summary>What <see cref="ShardEventSerializer"/> writes into the journal of events.</summary>
public interface IShardEvents;

/// <summary>Event: what became of a shard on a node. Kept by its <see cref="ShardHistory"/>; nothing is decided by it.</summary>
/// <param name="AtMs">By the node's clock, milliseconds since 1970 UTC.</param>
/// <param name="Generation">Of the claim that it is about.</param>
/// <param name="Node">The incarnation (<see cref="Cluster.NodeIdentity.Name"/>).</param>
public abstract record ShardEvent(long AtMs, long Generation, string Node) : IShardEvents;

/// <summary>Event: the node claimed the shard, recovered it and serves it.</summary>
/// <param name="Took">From the first attempt to claim it until it was open.</param>
/// <param name="Cards">Cards that it has, in memory and in the store.</param>
public sealed record ShardClaimed(long AtMs, long Generation, string Node, TimeSpan Took, int Cards) : ShardEvent(AtMs, Generation, Node);

/// <summary>Event: the node gives the shard back.</summary>
/// <param name="Took">From the stop message until nothing of it was left in the graph.</param>
public sealed record ShardReleased(long AtMs, long Generation, string Node, ReleaseReason Why, TimeSpan Took) : ShardEvent(AtMs, Generation, Node);

/// <summary>Event: a write of the node found that another one has claimed the shard since.</summary>
/// <param name="Took">How long the node had served it.</param>
public sealed record ShardOvertaken(long AtMs, long Generation, string Node, TimeSpan Took) : ShardEvent(AtMs, Generation, Node);

/// <summary>Event: the node's graph ended while the shard was open; the node claims it again for the next graph.</summary>
/// <param name="Took">How long the node had served it.</param>
public sealed record ShardDropped(long AtMs, long Generation, string Node, TimeSpan Took) : ShardEvent(AtMs, Generation, Node);

/// <summary>Why a shard was given back. The numbers are stored; never renumber.</summary>
public enum ReleaseReason : byte
{
    /// <summary>Everything in flight and its snapshot were stored.</summary>
    Drained = 1,

    /// <summary>Not all was within <see cref="ShardTimes.DrainLimit"/>; the next owner replays.</summary>
    DrainLimit = 2,

    /// <summary>The graph ended while it drained.</summary>
    GraphEnded = 3,

    /// <summary>It was to leave before it had opened.</summary>
    NeverOpened = 4,
}
