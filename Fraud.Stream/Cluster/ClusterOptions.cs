using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Cluster;

/// <summary>This node among others. Config section "Cluster".</summary>
public sealed class ClusterOptions
{
    public const string Section = "Cluster";

    /// <summary>Name of this node in lists and answers; empty: the machine's name and the process id.</summary>
    public string NodeName { get; set; } = "";

    /// <summary>
    /// Where this node listens for other nodes: http, an IP address or '*', and a port, 0 for any free one; empty:
    /// any free port of this machine only. Nodes speak HTTP/2 without TLS, so it is a port of its own.
    /// </summary>
    public string ListenUrl { get; set; } = "";

    /// <summary>
    /// Where other nodes reach <see cref="ListenUrl"/>, as this node publishes it; empty: taken from it, with this
    /// machine's name for '*'.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>Shared by all nodes and sent with forwarded payments; from the environment. Empty: only loopback callers may forward.</summary>
    public string Secret { get; set; } = "";

    /// <summary>How often the store is asked who owns which shard and what other nodes stored.</summary>
    // A take-over is seen within this by nodes that only forward; one cheap query each time.
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan FollowInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a payment over HTTP waits for an owner of its shard before it is refused with 503.</summary>
    // Within the request deadline of two seconds; a rolling restart hands a shard over in less.
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan OwnerWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time between two snapshots of a shard that changed.</summary>
    // Bounds what a take-over replays: five minutes at 5,000 payments/s are 1.5 million, some seconds of work.
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan SnapshotInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A shard with this many changed cards is written before the interval is over.</summary>
    // Its lane stands still while they are encoded, a microsecond or so each; fewer would write a card for nearly
    // every payment.
    [Range(1, 10_000_000)]
    public int SnapshotCards { get; set; } = 50_000;

    /// <summary>Cards kept in memory over all shards of this node; the rest wait in the store until they pay again.</summary>
    // 0.6 to 2 kB each with a payment or two a day: one to two GB.
    [Range(1_000, 1_000_000_000)]
    public int MaxCardsInMemory { get; set; } = 1_000_000;

    /// <summary>
    /// A card that pays nothing for this long is dropped from memory and store; never earlier than features look back,
    /// which is 30 days, <c>Profile:LabelDelay</c> and <c>Profile:Lateness</c>.
    /// </summary>
    // Those three with their defaults: 30 + 7 + 7 days. Behind the newest payment of its shard, not behind the clock.
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan CardRetention { get; set; } = TimeSpan.FromDays(44);

    /// <summary>Pause between two rounds through all stored cards that look for such.</summary>
    // A round of a million cards reads 500 MB in three minutes and a half; a card is kept longer by a pause at most.
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan CardSweepInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long pages of a journal are kept after a snapshot contains them, for nodes that follow.</summary>
    // A node that was silent for longer rebuilds its terminals from the snapshot instead.
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan JournalRetention { get; set; } = TimeSpan.FromMinutes(10);
}
