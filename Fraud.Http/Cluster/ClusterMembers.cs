using Akka.Actor;
using Akka.Cluster;
using AkkaCluster = Akka.Cluster.Cluster;

namespace Fraud.Http.Cluster;

/// <summary>What this node's part of the cluster says of members. A node alone is in none.</summary>
internal sealed class ClusterMembers(ActorSystem system)
{
    /// <summary>Of a node whose store is its own.</summary>
    public const string Alone = "alone";

    /// <summary>Of one that holds claims and is no member any more, or not yet.</summary>
    public const string None = "none";

    /// <summary>By address.</summary>
    public IReadOnlyDictionary<string, ClusterMember> Read()
    {
        if (!system.Settings.HasCluster)
        {
            return new Dictionary<string, ClusterMember>();
        }

        var state = AkkaCluster.Get(system).State;
        // The singleton that places shards is where Akka keeps each of its singletons: on the oldest that is up.
        var oldest = state.Members.Where(static member => member.Status is MemberStatus.Up or MemberStatus.Leaving)
            .Aggregate((Member?)null, static (oldest, member) => oldest is null || member.IsOlderThan(oldest) ? member : oldest);
        return state.Members.ToDictionary(
            static member => member.Address.ToString(),
            member => new ClusterMember(
                state.Unreachable.Contains(member) ? "unreachable" : member.Status.ToString().ToLowerInvariant(),
                member.Address.Equals(state.Leader),
                member.Equals(oldest)),
            StringComparer.Ordinal);
    }
}

/// <param name="Status">As Akka names it, or unreachable.</param>
/// <param name="IsLeader">It decides who joins and leaves.</param>
/// <param name="IsCoordinator">It decides which node has which shard.</param>
internal sealed record ClusterMember(string Status, bool IsLeader, bool IsCoordinator);
