using Fraud.Stream.CardNumbers.Scan;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.CardNumbers.Scan;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Stream.Erasure;

[Collection(PostgresCollection.Name)]
public sealed class PostgresPurgeTests(PostgresServer server) : StorePurgeContract
{
    protected override StorageOptions Options { get; } = new() { Kind = StoreKind.Postgres, Postgres = server.CreateDatabase() };

    [Fact]
    public void Purge_NodeIsLive_IsRefused()
    {
        Fill();
        using var connection = new NpgsqlConnection(Options.Postgres);
        connection.Open();
        using var command = new NpgsqlCommand(
            """
            INSERT INTO cluster_nodes (incarnation, name, host, port, uid, http_address, started_at, watched_at, heartbeat_at)
            VALUES ('i', 'one', 'h', 1, 1, '', clock_timestamp(), clock_timestamp(), clock_timestamp())
            """,
            connection);
        command.ExecuteNonQuery();

        Assert.Contains("node one", Assert.Throws<StoreInUseException>(() => Purge("cust-4711-anna")).Message, StringComparison.Ordinal);
    }

    public override void Dispose()
    {
        base.Dispose();
        server.DropDatabase(Options.Postgres);
    }

    protected override string Dump() => StoreDump.Of(Options.Postgres);

    // Without statistics, and heads of shards, which each opening of the store raises.
    protected override string Rows()
    {
        using var connection = new NpgsqlConnection(Options.Postgres);
        connection.Open();
        using var command = new NpgsqlCommand(
            """
            SELECT string_agg(query_to_xml('SELECT * FROM ' || quote_ident(tablename) || ' ORDER BY 1, 2', true, false, '')::text, '' ORDER BY tablename)
            FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('shards', 'schema_version', 'waiting_labels') AND tablename NOT LIKE 'transactions!_2%' ESCAPE '!'
            """,
            connection);
        return (string)command.ExecuteScalar()!;
    }
}
