using System.Collections.Concurrent;
using System.Globalization;
using Fraud.Stream.Cluster;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Microsoft.Data.Sqlite;

namespace Fraud.Faults.Cluster;

/// <summary>
/// A broker, a store and nodes: what a fault is injected into. A node that ends with 3 is started again, as <c>fraud cluster up</c>,
/// compose, units and manifests do.
/// </summary>
public sealed class FraudCluster : IAsyncDisposable
{
    public const int Partitions = 6;
    private const int Brokers = 3;
    private static readonly KafkaOptions Names = new();
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly PostgresServer _postgres;
    private readonly ClusterShape _shape;
    private readonly List<NodeProcess> _nodes = [];
    private readonly List<NodeProcess> _gone = [];
    private readonly ConcurrentQueue<string> _events = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _keeping = Task.CompletedTask;
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
        Store = OpenStore();
        if (shape.CanBeCut)
        {
            Network = new CutNetwork(Storage.Postgres);
        }
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
    public IFraudStore Store { get; private set; }

    /// <summary>The ways of a cluster whose shape says that they can be cut; null otherwise.</summary>
    public CutNetwork? Network { get; }

    /// <summary>Nodes that ended and were started again, in words.</summary>
    public IReadOnlyCollection<string> Events => _events;

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
        _keeping = Task.Run(Keep, CancellationToken.None);
        await Task.WhenAll(nodes.Select(node => node.WaitUntilUp(cancellation)));
        await WaitOwned(_shape.Nodes, cancellation);
    }

    /// <summary>Starts one more node; it is not up yet.</summary>
    public NodeProcess StartNode() =>
        StartNode(string.Create(CultureInfo.InvariantCulture, $"node{Interlocked.Increment(ref _started)}"));

    /// <summary>Starts another process in place of one that ended; it is not up yet.</summary>
    public NodeProcess StartAgain(NodeProcess ended)
    {
        Forget(ended);
        return StartNode(ended.Name);
    }

    /// <summary>From now on nobody expects anything of the node.</summary>
    public void Forget(NodeProcess node)
    {
        lock (_nodes)
        {
            if (_nodes.Remove(node))
            {
                _gone.Add(node);
            }
        }
    }

    /// <summary>Shards that a process owns, with the generation of its claim.</summary>
    public IReadOnlyDictionary<int, long> ShardsOf(NodeProcess node) => Store.ReadHeads()
        .Where(row => row.Owner.StartsWith(node.OwnerPrefix, StringComparison.Ordinal))
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

            if (Nodes.FirstOrDefault(static node => !node.IsAlive && !node.WasRemoved) is { } dead)
            {
                throw new FaultSuiteException($"{dead.Name} died:\n{dead.Tail()}");
            }

            await Task.Delay(Look, cancellation);
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

    /// <summary>Does something to the files of SQLite, which the suite does not have open meanwhile.</summary>
    public void WithoutStore(Action work)
    {
        Store.Dispose();
        SqliteConnection.ClearAllPools();
        work();
        Store = OpenStore();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        foreach (var node in AllNodes)
        {
            await node.DisposeAsync();
        }

        if (Network is not null)
        {
            await Network.DisposeAsync();
        }

        Store.Dispose();
        await Broker.DisposeAsync();
        if (Storage.Kind == StoreKind.Postgres)
        {
            _postgres.DropDatabase(Storage.Postgres);
        }

        _stop.Dispose();
    }

    private IFraudStore OpenStore()
    {
        var store = StoreFactory.Create(Storage, Names.TransactionsTopic, TimeProvider.System);
        store.Open();
        return store;
    }

    private NodeProcess StartNode(string name)
    {
        var starts = AllNodes.Count(node => node.Name == name);
        string[] store = Storage.Kind == StoreKind.Postgres
            ? ["--postgres", Network?.StoreOf(name) ?? Storage.Postgres]
            : ["--data", Path.GetDirectoryName(Storage.SqliteFile)!];
        string[] settings =
        [
            "Cluster:NodeName=" + name,
            // Often enough that take-overs start from snapshots too, not from journals alone.
            "Cluster:SnapshotInterval=00:00:02",
            "Overload:RatePerSecond=0",
            .. Network?.SettingsOf(name) ?? [],
            .. _shape.Settings,
        ];
        var node = NodeProcess.Start(
            name,
            // One of each process: when a node is up is read from there.
            Path.Combine(Folder, starts == 0 ? name + ".log" : string.Create(CultureInfo.InvariantCulture, $"{name}-{starts + 1}.log")),
            [
                "--kafka", Broker.BootstrapServers, "--urls", "http://127.0.0.1:0", "--no-feed", .. store,
                .. settings.SelectMany(static setting => (string[])["--set", setting]),
            ],
            _shape.EnvironmentOf?.Invoke(name));
        lock (_nodes)
        {
            _nodes.Add(node);
        }

        return node;
    }

    private async Task Keep()
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var removed in Nodes.Where(static node => node.WasRemoved))
            {
                _events.Enqueue($"{removed.Name} was removed by the others and started again");
                _ = WatchStart(StartAgain(removed));
            }

            await Task.Delay(Look, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchStart(NodeProcess node)
    {
        try
        {
            await node.WaitUntilUp(_stop.Token);
        }
        catch (FaultSuiteException error)
        {
            // With 3 it is started once more.
            _events.Enqueue(error.Message);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
