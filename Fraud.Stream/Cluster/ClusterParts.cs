using Fraud.Model.History;
using Fraud.Stream.Commit;
using Fraud.Stream.State;

namespace Fraud.Stream.Cluster;

/// <summary>What outlives a graph about this node's place in the cluster, and the making of the rest.</summary>
public sealed record ClusterParts(NodeIdentity Node, ShardMap Map, ShardRouter Router, ClusterOptions Options, ProfileOptions ProfileOptions)
{
    /// <summary>Empty histories and no claim: what a graph starts with.</summary>
    /// <param name="abort">Ends waits for a store that is away.</param>
    public ShardParts New(TopologyParts parts, PartitionProgress partitions, string transactionsTopic, CancellationToken abort) =>
        New(parts, new Profile(ProfileOptions, Router.Shards), partitions, transactionsTopic, abort);

    /// <inheritdoc cref="New(TopologyParts, PartitionProgress, string, CancellationToken)"/>
    /// <param name="profile">Histories to start with.</param>
    public ShardParts New(
        TopologyParts parts, Profile profile, PartitionProgress partitions, string transactionsTopic, CancellationToken abort)
    {
        var leases = new ShardLeases(Router.Shards);
        var progress = new ShardProgress(Router.Shards);
        var loader = new CardLoader(parts.Store, parts.LogFor<CardLoader>(), abort);
        var terminals = new TerminalFeed(profile, parts.Store, Router, leases, loader);
        var recovery = new ShardRecovery(parts.Store, profile, loader, Options, parts.Time, parts.LogFor<ShardRecovery>());
        var silent = new SilentCards(parts.Store, profile, leases, Options, parts.Metrics, parts.Time, parts.LogFor<SilentCards>());
        var snapshots = new ShardSnapshots(
            parts.Store, profile, leases, progress, terminals, parts.Router, silent, Options, parts.Metrics, parts.Time,
            parts.LogFor<ShardSnapshots>());
        var keeper = new ShardKeeper(
            parts.Store, Node, Map, profile, leases, progress, partitions, terminals, recovery, snapshots, parts.Router,
            transactionsTopic, parts.Time, parts.LogFor<ShardKeeper>(), abort);
        var follower = new ShardFollower(
            parts.Store, Node, Map, leases, keeper, terminals, Options, parts.LogFor<ShardFollower>());
        return new ShardParts(profile, leases, progress, loader, terminals, snapshots, keeper, follower, Map);
    }
}
