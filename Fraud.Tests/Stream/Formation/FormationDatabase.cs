using Fraud.Stream.Cluster;
using Fraud.Stream.Formation;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Stream.Formation;

/// <summary>A fresh database with the node table, and what passes there without anyone waiting for it.</summary>
internal sealed class FormationDatabase : IDisposable
{
    public FormationDatabase(PostgresServer server)
    {
        // A test before may have stopped the server, with connections of the pool.
        NpgsqlConnection.ClearAllPools();
        Connection = server.CreateDatabase();
        using var store = new PostgresStore(
            new StorageOptions { Kind = StoreKind.Postgres, Postgres = Connection }, Topics.Transactions, TimeProvider.System);
        store.Open();
        Source = CreateSource();
        Nodes = new NodeTable(Source, FormationConfig.Defaults.GetTimeSpan("fraud.formation.live-within"));
    }

    public string Connection { get; }

    public NpgsqlDataSource Source { get; }

    public NodeTable Nodes { get; }

    /// <summary>Connections of one process.</summary>
    public NpgsqlDataSource CreateSource() => FormationSource.Create(Connection);

    public static NodeRegistration Node(int port, int uid = 17) =>
        new(NewIncarnation(), $"node-{port}", "127.0.0.1", port, uid, "");

    public static string NewIncarnation() => NodeIdentity.Of(new ClusterOptions { NodeName = "node" }).Name;

    /// <summary>All that was written is older by so many seconds.</summary>
    public void Age(double seconds) => Execute(
        $"""
        UPDATE cluster_nodes SET heartbeat_at = heartbeat_at - {seconds} * interval '1 s', watched_at = watched_at - {seconds} * interval '1 s';
        UPDATE cluster_leases SET expires_at = expires_at - {seconds} * interval '1 s'
        """);

    public string? WhyRemoved(NodeRegistration node) =>
        Scalar<string>($"SELECT removed_why FROM cluster_nodes WHERE incarnation = '{node.Incarnation}'");

    public void Execute(string sql)
    {
        using var connection = Connect();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public T? Scalar<T>(string sql)
    {
        using var connection = Connect();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar() is T value ? value : default;
    }

    /// <summary>A connection outside the pools: it may hold locks.</summary>
    public NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection(Connection + ";Pooling=false");
        connection.Open();
        return connection;
    }

    public void Dispose() => Source.Dispose();
}

internal static class NodeTableQuestions
{
    /// <summary>A node that has seen no cluster.</summary>
    public static Task<JoinAnswer> Ask(this NodeTable nodes, NodeRegistration node, CancellationToken stopping) =>
        nodes.Ask(node, mayForm: true, stopping);
}
