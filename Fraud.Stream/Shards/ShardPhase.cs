namespace Fraud.Stream.Shards;

/// <summary>
/// Where a shard stands on this node. Payments are taken in <see cref="Open"/> alone; in all others callers are told <c>moved</c>.
/// </summary>
public enum ShardPhase
{
    /// <summary>Not asked for, or the graph is down.</summary>
    Closed,

    /// <summary>A claim is at the store.</summary>
    Claiming,

    /// <summary>Waits before the next claim, after a failure.</summary>
    Waiting,

    /// <summary>Claimed; snapshot and pages are read.</summary>
    Recovering,

    Open,

    /// <summary>Overtaken: waits before it claims again (rule 8 of docs/decisions/0011).</summary>
    Fenced,

    /// <summary>Stopped taking payments; what is in flight is stored.</summary>
    Draining,

    /// <summary>The release is at the store.</summary>
    Releasing,

    /// <summary>The end. The next owner replays, whatever was saved here.</summary>
    Released,
}
