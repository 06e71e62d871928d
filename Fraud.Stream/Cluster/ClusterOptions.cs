using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;

namespace Fraud.Stream.Cluster;

/// <summary>This node among others. Config section "Cluster".</summary>
public sealed class ClusterOptions : IValidatableObject
{
    public const string Section = "Cluster";

    // Longest name in DNS.
    private const int MaxHostLength = 253;

    /// <summary>Name of this node in lists and answers; empty: the machine's name and the process id.</summary>
    [MaxLength(64)]
    public string NodeName { get; set; } = "";

    /// <summary>Address that Akka.Remote listens at, with PostgreSQL; "0.0.0.0": all of this machine's.</summary>
    [Required, MaxLength(MaxHostLength)]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>Port that it listens at; 0: any free one.</summary>
    [Range(0, IPEndPoint.MaxPort)]
    public int Port { get; set; }

    /// <summary>Name or address that other nodes reach it by; empty: <see cref="Host"/>, with this machine's name for all of its addresses.</summary>
    [MaxLength(MaxHostLength)]
    public string PublicHost { get; set; } = "";

    /// <summary>Port that other nodes reach it by, behind address translation; 0: the one that it listens at.</summary>
    [Range(0, IPEndPoint.MaxPort)]
    public int PublicPort { get; set; }

    /// <summary>How a starting node finds the others. <see cref="Seeds"/> alone choose themselves: <see cref="FindsBy"/>.</summary>
    // Needs nothing that a node on several machines has not got anyway.
    public NodeDiscovery Discovery { get; set; } = NodeDiscovery.Store;

    /// <summary>Nodes, each "host:port", that a starting node joins; where none answers the first of them forms a cluster.</summary>
    // Lists of settings are added to, so this one begins empty.
    public IList<string> Seeds { get; set; } = [];

    /// <summary>Certificate of the authority that signs nodes and nothing else, PEM. Empty, like the other two: no TLS.</summary>
    public string AuthorityFile { get; set; } = "";

    /// <summary>This node's certificate, PEM. <c>fraud cluster certs</c> makes all three.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>This node's key, PEM.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>How often the store is asked what other nodes stored.</summary>
    // How old a node's terminals may be; one cheap query each time.
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan FollowInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long a payment over HTTP waits on a node alone for its shard to open, before it is refused with 503. In a cluster, where
    /// another node may have it, the request's deadline is the bound.
    /// </summary>
    // Within the request deadline of two seconds; a shard opens in less when little has to be replayed.
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

    /// <summary>
    /// Events that are kept of each shard (claimed, released, overtaken), and shown of all on the cluster page; as many wait while the
    /// journal of events is away.
    /// </summary>
    // A hand-over is two: the last ten owners, so a rolling restart of ten nodes is seen whole.
    [Range(4, 1_000)]
    public int ShardHistory { get; set; } = 20;

    public bool HasAllCertificates => AuthorityFile.Length > 0 && CertificateFile.Length > 0 && KeyFile.Length > 0;

    /// <summary>How the others are found: a list of seeds is a choice by itself.</summary>
    public NodeDiscovery FindsBy => Discovery == NodeDiscovery.Store && Seeds.Count > 0 ? NodeDiscovery.Seeds : Discovery;

    /// <summary>What other nodes connect to.</summary>
    public string ReachedAt =>
        PublicHost.Length > 0 ? PublicHost
        : IPAddress.TryParse(Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) ? Dns.GetHostName()
        : Host;

    public IReadOnlyList<(string Host, int Port)> SeedAddresses() => [.. Seeds.Select(ParseSeed).OfType<(string, int)>()];

    /// <summary>Whether only this machine reaches it.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsHost(Host))
        {
            yield return new ValidationResult($"{nameof(Host)}: expected a name or an IP address", [nameof(Host)]);
        }

        if (PublicHost.Length > 0 && !IsHost(PublicHost))
        {
            yield return new ValidationResult($"{nameof(PublicHost)}: expected a name or an IP address", [nameof(PublicHost)]);
        }

        if (Seeds.Any(static seed => ParseSeed(seed) is null))
        {
            yield return new ValidationResult($"{nameof(Seeds)}: expected host:port, such as node-1:4053", [nameof(Seeds)]);
        }

        if (Discovery == NodeDiscovery.Seeds && Seeds.Count == 0)
        {
            yield return new ValidationResult($"{nameof(Seeds)}: expected one or more, because {nameof(Discovery)} is Seeds", [nameof(Seeds)]);
        }

        if (Discovery == NodeDiscovery.Kubernetes)
        {
            if (Seeds.Count > 0)
            {
                yield return new ValidationResult($"{nameof(Seeds)}: expected none, because {nameof(Discovery)} is Kubernetes", [nameof(Seeds)]);
            }

            // The API names pods by their addresses, and where it does the pod must listen, there alone.
            if (!IPAddress.TryParse(ReachedAt, out _))
            {
                yield return new ValidationResult($"{nameof(PublicHost)}: expected the pod's IP address, because {nameof(Discovery)} is Kubernetes", [nameof(PublicHost)]);
            }
        }

        if (!HasAllCertificates && (AuthorityFile.Length > 0 || CertificateFile.Length > 0 || KeyFile.Length > 0))
        {
            yield return new ValidationResult(
                $"{nameof(AuthorityFile)}, {nameof(CertificateFile)}, {nameof(KeyFile)}: expected all three or none",
                [nameof(AuthorityFile), nameof(CertificateFile), nameof(KeyFile)]);
        }

        // Any process that reaches the port can end the cluster, or read what is sent.
        if (!HasAllCertificates && IsHost(Host) && !IsLoopback(Host))
        {
            yield return new ValidationResult(
                $"{nameof(Host)}: expected certificates ({nameof(AuthorityFile)}, {nameof(CertificateFile)}, {nameof(KeyFile)}), "
                + "because other machines reach this address", [nameof(Host)]);
        }
    }

    private static bool IsHost(string host) => Uri.CheckHostName(host) != UriHostNameType.Unknown;

    /// <summary>Host and port of a seed; null where it is none.</summary>
    private static (string Host, int Port)? ParseSeed(string seed)
    {
        var colon = seed.LastIndexOf(':');
        return colon > 0 && IsHost(seed[..colon])
            && int.TryParse(seed.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= IPEndPoint.MaxPort
            ? (seed[..colon], port)
            : null;
    }
}
