using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Fraud.Faults.Processes;
using Npgsql;
using Xunit.Abstractions;

namespace Fraud.Tests.Support;

/// <summary>
/// What a deployment is made of, as processes: a real Kafka, PostgreSQL, and nodes of the service, which tests start
/// and end.
/// </summary>
public sealed class RealCluster : IAsyncLifetime
{
    public RealKafka Kafka { get; private set; } = null!;

    public PostgresServer Postgres { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Postgres = await PostgresServer.StartAsync();
        Kafka = await RealKafka.StartAsync();
    }

    public async Task DisposeAsync()
    {
        Kafka?.Dispose();
        if (Postgres is not null)
        {
            await Postgres.DisposeAsync();
        }
    }
}

/// <summary>
/// Alone: nodes that watch each other take one that neighbours keep from a processor for two seconds for dead.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealClusterCollection : ICollectionFixture<RealCluster>
{
    public const string Name = "real cluster";
}

/// <summary>One node at a time, beside other tests.</summary>
[CollectionDefinition(Name)]
public sealed class RealKafkaCollection : ICollectionFixture<RealCluster>
{
    public const string Name = "real kafka";
}

/// <summary>One test's topics, group, database and nodes in a <see cref="RealCluster"/>.</summary>
public sealed class Deployment : IDisposable
{
    private static int _count;

    private readonly RealCluster _cluster;
    private readonly TempFolder _folder = new();
    private readonly List<OwnedProcess> _nodes = [];
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly NpgsqlDataSource _database;
    private readonly string _connection;
    private readonly string _prefix;
    private long _acknowledged;

    private Deployment(RealCluster cluster, string prefix)
    {
        _prefix = prefix;
        _cluster = cluster;
        _connection = cluster.Postgres.CreateDatabase();
        _database = NpgsqlDataSource.Create(_connection);
        _producer = new ProducerBuilder<byte[], byte[]>(cluster.Kafka.ProducerConfig())
            .SetErrorHandler(static (_, _) => { })
            .SetLogHandler(static (_, _) => { })
            .Build();
    }

    public string Transactions => _prefix + "transactions";

    public string Labels => _prefix + "fraud_labels";

    public string Alerts => _prefix + "fraud_alerts";

    public string DeadLetters => _prefix + "transactions.dead_letter";

    public string Group => _prefix + "fraud-detectors";

    /// <summary>Records that Kafka's log has, as far as the producer was told.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <param name="isDefault">Topics and group have the names of the defaults; one test of the cluster may.</param>
    public static async Task<Deployment> CreateAsync(RealCluster cluster, bool isDefault = false)
    {
        var prefix = isDefault ? "" : string.Create(CultureInfo.InvariantCulture, $"d{Interlocked.Increment(ref _count)}_");
        var deployment = new Deployment(cluster, prefix);
        await cluster.Kafka.CreateTopicsAsync(deployment.Transactions, deployment.Labels, deployment.Alerts, deployment.DeadLetters);
        return deployment;
    }

    /// <summary>Starts a node and waits until its graph runs.</summary>
    /// <param name="more">Settings NAME=VALUE, which win over those given here.</param>
    public async Task<OwnedProcess> StartNodeAsync(TimeSpan sessionTimeout, params IEnumerable<string> more)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"node-{_nodes.Count + 1}");
        string[] settings =
        [
            "Http:Urls=http://127.0.0.1:0",
            "Cluster:NodeName=" + name,
            "Kafka:BootstrapServers=" + _cluster.Kafka.Address,
            .. RealKafka.Client.Select(static pair => $"Kafka:Client:{pair.Key}={pair.Value}"),
            "Kafka:Headers=false",
            "Kafka:TransactionsTopic=" + Transactions,
            "Kafka:LabelsTopic=" + Labels,
            "Kafka:AlertsTopic=" + Alerts,
            "Kafka:DeadLetterTopic=" + DeadLetters,
            "Kafka:GroupId=" + Group,
            string.Create(CultureInfo.InvariantCulture, $"Kafka:Partitions={RealKafka.Partitions}"),
            string.Create(CultureInfo.InvariantCulture, $"Kafka:SessionTimeout={sessionTimeout:c}"),
            "Storage:Kind=Postgres",
            "Storage:Postgres=" + _connection,
            "Scoring:Model=" + Path.Combine(Repository.Root, "models", "payments"),
            .. more,
        ];
        var node = new OwnedProcess(
            _folder.File(name + ".log"), _folder.Path, CrashReport.Settings(_folder.File(name)), "dotnet",
            [FraudProgram, "serve", .. settings.SelectMany(static setting => new[] { "--set", setting })]);
        _nodes.Add(node);
        await Poll.Until(() => node.HasEnded || File.ReadAllText(node.Log).Contains("Scoring payments with", StringComparison.Ordinal));
        Assert.False(node.HasEnded, File.ReadAllText(node.Log));
        return node;
    }

    public static string FraudProgram { get; } = Path.Combine(Repository.Root, "Fraud.Cli", "bin", "Release", "net10.0", "fraud.dll");

    public static string Payment(string id, string card, string amount = "12.50") =>
        $$"""{"transaction_id":"{{id}}","card_id":"{{card}}","terminal_id":"t-{{card}}","amount":{{amount}},"currency":"EUR","event_time":1700000000}""";

    /// <summary>Sends without waiting; <see cref="Flush"/> waits.</summary>
    public void Send(string topic, string key, string value)
    {
        var message = new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value) };
        _producer.Produce(topic, message, report =>
        {
            if (!report.Error.IsError)
            {
                Interlocked.Increment(ref _acknowledged);
            }
        });
    }

    /// <summary>Sends the payment of this number, of one of 997 cards.</summary>
    public void Pay(int number, string amount = "12.50")
    {
        var card = string.Create(CultureInfo.InvariantCulture, $"c-{number % 997}");
        Send(Transactions, card, Payment(string.Create(CultureInfo.InvariantCulture, $"p-{number:00000}"), card, amount));
    }

    public void PayAll(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            Pay(i);
        }
    }

    /// <summary>Waits until so many payments are stored, and fails where there are others; with the nodes' logs where they never come.</summary>
    public async Task StoredAsync(ITestOutputHelper output, long payments)
    {
        try
        {
            await Poll.Until(() => HasLostNode || Count("SELECT count(*) FROM transactions") >= payments);
        }
        catch (OperationCanceledException)
        {
            output.WriteLine(Logs);
        }

        AssertNoneLost();

        Assert.Equal(payments, Count("SELECT count(*) FROM transactions"));
    }

    public void Flush() => Assert.Equal(0, _producer.Flush(TimeSpan.FromSeconds(60)));

    /// <summary>A number out of the store; 0 for none.</summary>
    public long Count(string sql)
    {
        using var command = _database.CreateCommand(sql);
        return command.ExecuteScalar() is long number ? number : 0;
    }

    /// <summary>Shards by the name of the node that owns them.</summary>
    public ILookup<string, int> Owners()
    {
        using var command = _database.CreateCommand("SELECT owner, shard FROM shards");
        using var rows = command.ExecuteReader();
        var owners = new List<(string Owner, int Shard)>();
        while (rows.Read())
        {
            owners.Add((rows.GetString(0), rows.GetInt32(1)));
        }

        return owners.ToLookup(static row => row.Owner, static row => row.Shard);
    }

    /// <summary>Waits until every shard has an owner and so many nodes own the same number; fails with the nodes' logs.</summary>
    public async Task BalancedAsync(int nodes)
    {
        try
        {
            await Poll.Until(() => HasLostNode
                || (Owners().Where(static owner => owner.Key.Length > 0) is var owners
                    && owners.Count() == nodes
                    && owners.All(owner => owner.Count() == RealKafka.Partitions / nodes)));
        }
        catch (OperationCanceledException)
        {
            var owned = string.Join("; ", Owners().Select(static owner => $"'{owner.Key}' owns {string.Join(',', owner)}"));
            Assert.Fail($"Expected {nodes} nodes with as many shards each, found: {owned}\n{Logs}");
        }

        AssertNoneLost();
    }

    /// <summary>What the nodes wrote, for messages of tests that fail, and how those ended that were not asked to.</summary>
    public string Logs => string.Join('\n', _nodes.Select(static node => node.ReadLog()).Concat(Lost()));

    // Waiting for a node that is gone ends at the deadline, and says nothing of why.
    private bool HasLostNode => _nodes.Exists(static node => node.UnaskedEnd is not null);

    private void AssertNoneLost() => Assert.False(HasLostNode, Logs);

    private IEnumerable<string> Lost() =>
        from node in _nodes
        where node.UnaskedEnd is not null
        let name = Path.GetFileNameWithoutExtension(node.Log)
        select $"{name} ended by itself: {node.UnaskedEnd}\n{CrashReport.Read(_folder.File(name))}";

    public void Dispose()
    {
        _nodes.ForEach(static node => node.Dispose());
        _producer.Dispose();
        _database.Dispose();
        _folder.Dispose();
    }
}
