using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fraud.Http.Cluster;

/// <summary>The cluster as one node sees it: the answer of <c>GET /cluster</c>.</summary>
/// <param name="StoreError">Why the shards' rows could not be read; what is said of shards is then this node's own view.</param>
/// <param name="Lag">Records of all shards that are in Kafka and not yet stored; null when an end is not known.</param>
public sealed record ClusterReport(
    DateTimeOffset AsOf,
    string Store,
    string? StoreError,
    long? Lag,
    IReadOnlyList<ShardReport> Shards,
    IReadOnlyList<NodeReport> Nodes)
{
    /// <summary>How reports are written and read.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}

/// <summary>One shard.</summary>
/// <param name="Journal">Last position of its journal.</param>
/// <param name="Snapshot">Position that its stored card states contain; a take-over replays from there to <paramref name="Journal"/>.</param>
/// <param name="Lag">Records in Kafka that are not yet stored; null when the partition's end is not known.</param>
/// <param name="Cards">Cards in its owner's memory; null unless the owner says so.</param>
/// <param name="CardsAway">Cards that wait in the store; likewise.</param>
public sealed record ShardReport(
    int Shard,
    ShardState State,
    string Owner,
    string Address,
    long Generation,
    long Journal,
    long Snapshot,
    long? NextOffset,
    long? Lag,
    int? Cards,
    int? CardsAway);

public enum ShardState
{
    /// <summary>Served.</summary>
    Open,

    /// <summary>Claimed; its owner rebuilds the cards.</summary>
    Recovering,

    /// <summary>Given back, or never claimed.</summary>
    Nobody,

    /// <summary>Claimed by a node that does not answer.</summary>
    NoAnswer,

    /// <summary>Claimed by a node that answers and does not hold the claim (any more): it restarts, or has just lost the shard.</summary>
    NotServed,
}

/// <summary>One node: this one, and each that a shard's row names.</summary>
/// <param name="Address">Where other nodes send payments.</param>
/// <param name="Urls">Its front door; empty when it does not answer.</param>
/// <param name="State">Of its graph, such as "running"; "no answer" when it does not.</param>
/// <param name="Held">Shards that the store says it owns.</param>
/// <param name="Open">Of them: those that it serves.</param>
public sealed record NodeReport(
    string Name,
    string Address,
    IReadOnlyList<string> Urls,
    bool IsAsked,
    string State,
    string Kafka,
    string Model,
    int Held,
    int Open,
    double? UptimeSeconds);

/// <summary>What a node knows of itself alone: the answer of <c>GET /cluster?view=node</c>, which nodes ask each other for.</summary>
public sealed record NodeView(
    string Name,
    string Address,
    IReadOnlyList<string> Urls,
    string State,
    string Kafka,
    string Model,
    double UptimeSeconds,
    IReadOnlyList<HeldShard> Shards);

/// <summary>A shard that a node holds a claim of.</summary>
public sealed record HeldShard(int Shard, long Generation, bool IsOpen, int Cards, int CardsAway);
