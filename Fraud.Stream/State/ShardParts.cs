using Fraud.Model.History;
using Fraud.Stream.Cluster;

namespace Fraud.Stream.State;

/// <summary>What the stages of one graph share about the shards it serves; made anew with the graph.</summary>
public sealed record ShardParts(
    Profile Profile,
    ShardLeases Leases,
    ShardProgress Progress,
    CardLoader Loader,
    TerminalFeed Terminals,
    ShardSnapshots Snapshots,
    ShardKeeper Keeper,
    ShardFollower Follower,
    ShardMap Map)
{
    /// <summary>The graph ended: nothing is served here any more. Claims that were not given back are overtaken by the next.</summary>
    public void Forget()
    {
        for (var shard = 0; shard < Leases.Shards; shard++)
        {
            if (Leases.GenerationOf(shard) is not ShardLeases.None and var generation)
            {
                Leases.Drop(shard, generation);
                Map.Set(shard, new ShardOwner(ShardPlace.Nowhere, "", generation));
            }

            Profile.Close(shard);
        }
    }
}
