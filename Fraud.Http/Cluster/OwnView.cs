using Fraud.Http.Routing;
using Fraud.Stream.Cluster;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Scoring;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Fraud.Http.Cluster;

/// <summary>What this node knows of itself, without asking anybody.</summary>
internal sealed class OwnView(
    NodeIdentity self, PeerListener peers, IServer server, GraphStatus graph, SourceCounters source, ModelHolder models, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public NodeView Take()
    {
        var shards = new List<HeldShard>();
        if (graph.Shards is { } parts)
        {
            for (var shard = 0; shard < parts.Leases.Shards; shard++)
            {
                if (parts.Leases.GenerationOf(shard) is not ShardLeases.None and var generation)
                {
                    var cards = parts.Profile.CardsOf(shard);
                    shards.Add(new HeldShard(shard, generation, cards is not null, cards?.Count ?? 0, cards?.AwayCount ?? 0));
                }
            }
        }

        var by = models.Current.ScoredBy;
        return new NodeView(
            self.Name,
            self.Address,
            [.. FrontDoor()],
            graph.State.ToString().ToLowerInvariant(),
            source.State.ToString().ToLowerInvariant(),
            $"{by.Model} {by.Version}",
            Math.Round(time.GetElapsedTime(_started).TotalSeconds, 1),
            shards);
    }

    private IEnumerable<string> FrontDoor() =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.Where(url => url != peers.Url) ?? [];
}
