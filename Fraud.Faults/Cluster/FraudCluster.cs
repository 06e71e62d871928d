using System.Globalization;
using Fraud.Stream.Cluster;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Faults.Cluster;

/// <summary>A broker, a store and nodes: what a fault is injected into.</summary>
public sealed class FraudCluster : IAsyncDisposable
{
    public const int Partitions = 6;
    private const int Brokers = 3;
    private static readonly KafkaOptions Names = new();

    private readonly PostgresServer _postgres;
    private readonly ClusterShape _shape;
    private readonly List<NodeProcess> _nodes = [];
    private readonly List<NodeProcess> _gone = [];
    private int _started;

    public FraudCluster(PostgresServer postgres, string folder, ClusterShape shape)
    {
        _postgres = postgres;
        _shape = shape;
        Folder = folder;
        Broker = new EmbeddedBroker(new EmbeddedBrokerOptions
        {
            Brokers = Brokers,
            Topics =
            {
                [Names.TransactionsTopic] = Partitions,
                [Names.LabelsTopic] = 1,
                [Names.AlertsTopic] = 1,
                [Names.DeadLetterTopic] = 1,
            },
        });
        Storage = shape.SqliteFolder is { } sqlite
            ? new StorageOptions { SqliteFile = Path.Combine(sqlite, "fraud.db") }
            : new StorageOptions { Kind = StoreKind.Postgres, Postgres = postgres.CreateDatabase() };
        Store = StoreFactory.Create(Storage, Names.TransactionsTopic, TimeProvider.System);
        Store.Open();
    }

    /// <summary>Broker ids go from 1 up to this.</summary>
    public static int BrokerCount => Brokers;

    public static string TransactionsTopic => Names.TransactionsTopic;

    public static string LabelsTopic => Names.LabelsTopic;

    public static string AlertsTopic => Names.AlertsTopic;

    public static string DeadLetterTopic => Names.DeadLetterTopic;

    public static string GroupId => Names.GroupId;

    public string Folder { get; }

    public EmbeddedBroker Broker { get; }

    public PostgresServer Postgres => _postgres;

    public StorageOptions Storage { get; }

    /// <summary>The suite's own view into the store; nodes have theirs.</summary>
    public IFraudStore Store { get; }

    public TimeSpan SessionTimeout => _shape.SessionTimeout;

    /// <summary>Nodes that are meant to live.</summary>
    public IReadOnlyList<NodeProcess> Nodes
    {
        get
        {
            lock (_nodes)
            {
                return [.. _nodes];
            }
        }
    }

    /// <summary>Every node that ever was.</summary>
    public IReadOnlyList<NodeProcess> AllNodes
    {
        get
        {
            lock (_nodes)
            {
                return [.. _gone, .. _nodes];
            }
        }
    }

    public async Task Start(CancellationToken cancellation)
    {
        var nodes = Enumerable.Range(0, _shape.Nodes).Select(_ => StartNode()).ToArray();
        await Task.WhenAll(nodes.Select(node => node.WaitUntilUp(cancellation)));
        await WaitOwned(_shape.Nodes, cancellation);
    }

    /// <summary>Starts one more node; it is not up yet.</summary>
    public NodeProcess StartNode()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"node{Interlocked.Increment(ref _started)}");
        string[] store = Storage.Kind == StoreKind.Postgres
            ? ["--postgres", Storage.Postgres]
            : ["--data", Path.GetDirectoryName(Storage.SqliteFile)!];
        var seconds = SessionTimeout.ToString("c", CultureInfo.InvariantCulture);
        var node = NodeProcess.Start(
            name,
            Path.Combine(Folder, name + ".log"),
            [
                "--kafka", Broker.BootstrapServers, "--urls", "http://127.0.0.1:0", "--no-feed", .. store,
                "--set", "Cluster:NodeName=" + name,
                "--set", "Kafka:SessionTimeout=" + seconds,
                // Often enough that take-overs start from snapshots too, not from journals alone.
                "--set", "Cluster:SnapshotInterval=00:00:02",
                "--set", "Overload:RatePerSecond=0",
                .. _shape.Settings.SelectMany(static setting => (string[])["--set", setting]),
            ],
            _shape.EnvironmentOf?.Invoke(name));
        lock (_nodes)
        {
            _nodes.Add(node);
        }

        return node;
    }

    /// <summary>From now on nobody expects anything of the node.</summary>
    public void Forget(NodeProcess node)
    {
        lock (_nodes)
        {
            _nodes.Remove(node);
            _gone.Add(node);
        }
    }

    /// <summary>Shards that a node owns, with the generation of its claim.</summary>
    public IReadOnlyDictionary<int, long> ShardsOf(NodeProcess node) => Store.ReadHeads()
        .Where(row => row.Owner.StartsWith(node.Name + "-", StringComparison.Ordinal))
        .ToDictionary(static row => row.Shard, static row => row.Generation);

    /// <summary>Waits until every shard has an owner and so many nodes own some.</summary>
    public async Task WaitOwned(int nodes, CancellationToken cancellation)
    {
        while (true)
        {
            var owned = TryReadHeads().Where(static row => row.IsOwned).ToArray();
            if (owned.Length == Partitions && owned.Select(static row => row.Owner).Distinct().Count() == nodes)
            {
                return;
            }

            if (Nodes.FirstOrDefault(static node => !node.IsAlive) is { } dead)
            {
                throw new FaultSuiteException($"{dead.Name} died:\n{dead.Tail()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    /// <summary>As the store has them; empty while it is away.</summary>
    public IReadOnlyList<ShardHead> TryReadHeads()
    {
        try
        {
            return Store.ReadHeads();
        }
        catch (StoreUnavailableException)
        {
            return [];
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in AllNodes)
        {
            await node.DisposeAsync();
        }

        Store.Dispose();
        await Broker.DisposeAsync();
        if (Storage.Kind == StoreKind.Postgres)
        {
            _postgres.DropDatabase(Storage.Postgres);
        }
    }
}
