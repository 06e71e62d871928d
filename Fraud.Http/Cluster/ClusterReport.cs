using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model.Registry;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;

namespace Fraud.Http.Cluster;

/// <summary>The cluster as one node sees it: the answer of <c>GET /cluster</c>.</summary>
public sealed record ClusterReport(
    [property: Description("When this was seen.")]
    DateTimeOffset AsOf,
    [property: Description("The store that all share."), AllowedValues("sqlite", "postgres")]
    string Store,
    [property: Description("Why the shards' rows could not be read; what is said of shards is then this node's own view."), MaxLength(ClusterView.MaxErrorLength)]
    string? StoreError,
    [property: Description("Records of all shards that are in Kafka and not yet stored; null when an end is not known."), AtLeast(0)]
    long? Lag,
    [property: Description("The shards."), Most<ShardDirectory>(nameof(ShardDirectory.Shards))]
    IReadOnlyList<ShardReport> Shards,
    [property: Description("The nodes: the one that was asked, the other members, and each that holds a claim."), Length(1, ClusterView.MostNodes)]
    IReadOnlyList<NodeReport> Nodes,
    [property: Description("What became of shards lately, newest first, as the nodes that answer know it: the history of a shard moves with it."), MaxLength(ClusterView.MostEvents)]
    IReadOnlyList<ShardHappened> History) : IExample<ClusterReport>
{
    /// <summary>How reports are written and read.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        TypeInfoResolver = ClusterJson.Default,
    };

    public static ClusterReport Example { get; } = new(
        new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero), "sqlite", null, 0, [ShardReport.Example], [NodeReport.Example], [ShardHappened.Example]);
}

/// <summary>One shard.</summary>
public sealed record ShardReport(
    [property: Description("Its number: the partition of the transactions topic."), AtLeast(0)]
    int Shard,
    [property: Description("Whether it is served: claimed and open, claimed and recovering its cards, claimed by nobody, by a node that does not answer, or by one that answers and does not hold the claim (any more).")]
    ShardState State,
    [property: Description("The node that holds its claim."), MaxLength(NodeIdentity.MaxAddressLength)]
    string Owner,
    [property: Description("Where that node takes payments from others."), MaxLength(NodeIdentity.MaxAddressLength)]
    string Address,
    [property: Description("Of the claim; writes of an older one are refused."), AtLeast(0)]
    long Generation,
    [property: Description("Last position of its journal."), AtLeast(0)]
    long Journal,
    [property: Description("Position that its stored card states contain; a take-over replays from there to the journal's."), AtLeast(0)]
    long Snapshot,
    [property: Description("Offset that is read next; null when none was."), AtLeast(0)]
    long? NextOffset,
    [property: Description("Records in Kafka that are not yet stored; null when the end is not known."), AtLeast(0)]
    long? Lag,
    [property: Description("Cards in its owner's memory; null unless the owner says so."), AtLeast(0)]
    int? Cards,
    [property: Description("Cards that wait in the store; likewise."), AtLeast(0)]
    int? CardsAway) : IExample<ShardReport>
{
    public static ShardReport Example { get; } = new(0, ShardState.Open, "node-1", "http://127.0.0.1:8001", 1, 12, 10, 340, 0, 17, 2);
}

/// <summary>Whether a shard is served.</summary>
[JsonConverter(typeof(ShardStateConverter))]
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

/// <summary>One node: this one, the other members of the cluster, and each that a shard's row names.</summary>
public sealed record NodeReport(
    [property: Description("Its name, new at every start; its address where a member does not answer and never did."), MaxLength(NodeIdentity.MaxAddressLength)]
    string Name,
    [property: Description("Where it takes payments from others."), MaxLength(NodeIdentity.MaxAddressLength)]
    string Address,
    [property: Description("Its front door; empty when it does not answer."), MaxLength(ClusterView.MostUrls), Items(MaxLength = NodeIdentity.MaxAddressLength)]
    IReadOnlyList<string> Urls,
    [property: Description("Whether this is the node that was asked.")]
    bool IsAsked,
    [property: Description("Of its graph, such as running; \"no answer\" when it does not."), MaxLength(32)]
    string State,
    [property: Description("What the asked node's cluster says of it: up, joining, leaving, unreachable and others of Akka's words; none: no member; alone: its store is its own, and there is no cluster."), MaxLength(32)]
    string Member,
    [property: Description("Whether it decides who joins and leaves.")]
    bool IsLeader,
    [property: Description("Whether it decides which node has which shard.")]
    bool IsCoordinator,
    [property: Description("Its connection to Kafka."), MaxLength(32)]
    string Kafka,
    [property: Description("The model that it scores with."), MaxLength((2 * ModelManifest.MaxNameLength) + 1)]
    string Model,
    [property: Description("Shards that the store says it owns."), AtLeast(0)]
    int Held,
    [property: Description("Of them: those that it serves."), AtLeast(0)]
    int Open,
    [property: Description("Since it started; null when it does not answer."), AtLeast(0)]
    double? UptimeSeconds) : IExample<NodeReport>
{
    public static NodeReport Example { get; } = new(
        "node-1", "http://127.0.0.1:8001", ["http://127.0.0.1:8000"], true, "running", "up", true, true, "up", "payments 1", 6, 6, 3600.5);
}

/// <summary>What a node knows of itself alone: the answer of <c>GET /cluster?view=node</c>, and what nodes ask each other for.</summary>
public sealed record NodeView(
    string Name,
    string Address,
    IReadOnlyList<string> Urls,
    string State,
    string Kafka,
    string Model,
    double UptimeSeconds,
    IReadOnlyList<HeldShard> Shards)
{
    /// <summary>What it knows of its shards' history, newest first; none of a node of an earlier version.</summary>
    public IReadOnlyList<ShardHappened> History { get; init; } = [];

    /// <summary>For another node: packed, so that ten thousand shards fit into one message.</summary>
    internal ReadOnlyMemory<byte> ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var packed = new BrotliStream(bytes, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(packed, this, ClusterJson.Default.NodeView);
        }

        return bytes.ToArray();
    }

    /// <exception cref="JsonException">It is of another version.</exception>
    /// <exception cref="InvalidDataException">It is none.</exception>
    internal static NodeView? FromBytes(ReadOnlySpan<byte> view)
    {
        using var unpacked = new BrotliStream(new MemoryStream(view.ToArray()), CompressionMode.Decompress);
        return JsonSerializer.Deserialize(unpacked, ClusterJson.Default.NodeView);
    }
}

/// <summary>A shard that a node holds a claim of.</summary>
public sealed record HeldShard(int Shard, long Generation, bool IsOpen, int Cards, int CardsAway);

/// <summary>States in small letters.</summary>
public sealed class ShardStateConverter() : JsonStringEnumConverter<ShardState>(JsonNamingPolicy.SnakeCaseLower);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ClusterReport))]
[JsonSerializable(typeof(NodeView))]
internal sealed partial class ClusterJson : JsonSerializerContext;
