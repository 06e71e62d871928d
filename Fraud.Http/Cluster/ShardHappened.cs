using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Fraud.Http.ApiDocs;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;

namespace Fraud.Http.Cluster;

/// <summary>An event of a shard's history, as reports tell of it and nodes tell each other.</summary>
public sealed record ShardHappened(
    [property: Description("When, by the clock of the node that it happened on.")]
    DateTimeOffset At,
    [property: Description("The shard."), AtLeast(0)]
    int Shard,
    [property: Description("Claimed: claimed, recovered and open. Released: given back. Overtaken: another node had claimed it. Dropped: the node's graph ended, and it claims again."),
        AllowedValues("claimed", "released", "overtaken", "dropped")]
    string Event,
    [property: Description("Of the claim that it is about."), AtLeast(0)]
    long Generation,
    [property: Description("The node."), MaxLength(NodeIdentity.MaxAddressLength)]
    string Node,
    [property: Description("Of one that was released: drained, all was stored; drain_limit, not all in time; graph_ended, likewise; never_opened, it was to leave before it was open."),
        AllowedValues("drained", "drain_limit", "graph_ended", "never_opened", null)]
    string? Why,
    [property: Description("Claimed: how long claim and recovery took. Released: how long it drained. Else: how long it had been served."), AtLeast(0)]
    double Seconds,
    [property: Description("Of one that was claimed: its cards, in memory and in the store."), AtLeast(0)]
    int? Cards) : IExample<ShardHappened>
{
    public static ShardHappened Example { get; } = new(
        new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero), 0, "claimed", 1, "node-1", null, 0.125, 19);

    internal static ShardHappened Of(int shard, ShardEvent happened)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(happened.AtMs);
        return happened switch
        {
            ShardClaimed claimed => Of("claimed", claimed.Took) with { Cards = claimed.Cards },
            ShardReleased released => Of("released", released.Took) with { Why = WhyOf(released.Why) },
            ShardOvertaken overtaken => Of("overtaken", overtaken.Took),
            ShardDropped dropped => Of("dropped", dropped.Took),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "unknown event"),
        };

        ShardHappened Of(string name, TimeSpan took) =>
            new(at, shard, name, happened.Generation, happened.Node, null, Math.Round(took.TotalSeconds, 3), null);
    }

    private static string WhyOf(ReleaseReason reason) => reason switch
    {
        ReleaseReason.Drained => "drained",
        ReleaseReason.DrainLimit => "drain_limit",
        ReleaseReason.GraphEnded => "graph_ended",
        _ => "never_opened",
    };
}
