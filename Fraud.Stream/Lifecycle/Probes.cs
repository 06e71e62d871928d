using Fraud.Stream.Cluster;
using Fraud.Stream.Ingest;
using Fraud.Stream.Scoring;
using Fraud.Stream.State;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Lifecycle;

/// <summary>Ready while the store answers.</summary>
public sealed class StoreProbe(IFraudStore store) : IReadinessProbe
{
    public string Name => "database";

    public bool IsReady(out string detail)
    {
        try
        {
            store.Ping();
            detail = store.Kind;
            return true;
        }
        catch (StoreUnavailableException error)
        {
            detail = $"{store.Kind}: {error.Message}";
            return false;
        }
    }
}

/// <summary>Ready while a model is in service.</summary>
public sealed class ModelProbe(ModelRoutes models) : IReadinessProbe
{
    public string Name => "model";

    public bool IsReady(out string detail)
    {
        var by = models.Champion.Current.ScoredBy;
        detail = $"{by.Model} version {by.Version}";
        if (models.Features?.Current.ScoredBy is { } features)
        {
            detail += $"; {features.Model} version {features.Version} for feature lists";
        }

        return true;
    }
}

/// <summary>Ready while the consumer runs. Payments over HTTP are scored without it, so this is said, not required of the graph.</summary>
public sealed class KafkaProbe(SourceCounters source) : IReadinessProbe
{
    public string Name => "kafka";

    public bool IsReady(out string detail)
    {
        detail = source.State.ToString().ToLowerInvariant();
        return source.State == SourceState.Running;
    }
}

/// <summary>
/// Ready once a shard was assigned or recovered, so that traffic comes to a node only when somebody can answer it.
/// A node that the group needs no shard of is ready when others serve all of them. Without a Kafka configured there
/// is nothing to wait for.
/// </summary>
/// <remarks>Stays ready until the graph is built anew: a rebalance must not take every node out of service at once.</remarks>
public sealed class ShardsProbe(KafkaEndpoint kafka, GraphStatus graph, ShardMap map) : IReadinessProbe
{
    private volatile ShardParts? _seen;

    public string Name => "shards";

    public bool IsReady(out string detail)
    {
        var here = 0;
        var elsewhere = 0;
        for (var shard = 0; shard < map.Shards; shard++)
        {
            var place = map.OwnerOf(shard).Place;
            here += place == ShardPlace.Here ? 1 : 0;
            elsewhere += place == ShardPlace.Elsewhere ? 1 : 0;
        }

        var current = graph.Shards;
        if (current is not null && (here > 0 || elsewhere == map.Shards))
        {
            _seen = current;
        }

        detail = $"{here} of {map.Shards} here, {elsewhere} at other nodes";
        if (kafka.IsEmbedded)
        {
            return true;
        }

        var ready = current is not null && ReferenceEquals(_seen, current);
        if (!ready)
        {
            detail += "; waiting for the first";
        }

        return ready;
    }
}
