using Akka.Actor;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shards;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Fraud.Http.Cluster;

/// <summary>What this node knows of itself, without asking anybody.</summary>
internal sealed class OwnView(
    ActorSystem system, IServer server, GraphStatus graph, ShardPhases phases, ShardTimeline timeline, SourceCounters source, ModelHolder models,
    TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>Of all nodes together.</summary>
    public int Shards => phases.Shards;

    public NodeView Take()
    {
        var shards = new List<HeldShard>();
        var profile = graph.Current?.Histories.Profile;
        for (var shard = 0; shard < phases.Shards; shard++)
        {
            if (phases.Of(shard) is ShardPhase.Recovering or ShardPhase.Open or ShardPhase.Draining)
            {
                var cards = profile?.CardsOf(shard);
                shards.Add(new HeldShard(
                    shard, phases.GenerationOf(shard), phases.Of(shard) == ShardPhase.Open, cards?.Count ?? 0, cards?.AwayCount ?? 0));
            }
        }

        var by = models.Current.ScoredBy;
        return new NodeView(
            timeline.Node,
            system.Settings.HasCluster ? Akka.Cluster.Cluster.Get(system).SelfAddress.ToString() : "",
            [.. FrontDoor()],
            graph.State.ToString().ToLowerInvariant(),
            source.State.ToString().ToLowerInvariant(),
            $"{by.Model} {by.Version}",
            Math.Round(time.GetElapsedTime(_started).TotalSeconds, 1),
            shards)
        {
            History = [.. timeline.Newest(ClusterView.MostEvents).Select(static one => ShardHappened.Of(one.Shard, one.Event))],
        };
    }

    private IEnumerable<string> FrontDoor() =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
}
