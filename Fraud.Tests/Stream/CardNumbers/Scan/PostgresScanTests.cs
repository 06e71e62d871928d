using Fraud.Stream.CardNumbers.Scan;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Stream.CardNumbers.Scan;

[Collection(PostgresCollection.Name)]
public sealed class PostgresScanTests(PostgresServer server) : StoreScanContract
{
    private readonly StorageOptions _options = new() { Kind = StoreKind.Postgres, Postgres = server.CreateDatabase() };

    protected override StorageOptions Options => _options;

    [Fact]
    public void Mend_NodeIsLive_IsRefusedUntilItsHeartbeatIsOld()
    {
        Fill();
        Execute(
            """
            INSERT INTO cluster_nodes (incarnation, name, host, port, uid, http_address, started_at, watched_at, heartbeat_at)
            VALUES ('i', 'one', 'h', 1, 1, '', clock_timestamp(), clock_timestamp(), clock_timestamp())
            """);

        Assert.Contains("node one", Assert.Throws<StoreInUseException>(() => Mend()).Message, StringComparison.Ordinal);
        Assert.True(Look().Found > 30);

        Execute("UPDATE cluster_nodes SET heartbeat_at = clock_timestamp() - interval '6 seconds'");
        Mend();
        Assert.Equal(0, Look().Found);
    }

    [Fact]
    public void Mend_AnotherRuns_IsRefused()
    {
        Fill();
        StoreInUseException? refused = null;

        Mend(_ => refused ??= Record.Exception(() => Mend()) as StoreInUseException);

        Assert.NotNull(refused);
    }

    public override void Dispose()
    {
        base.Dispose();
        server.DropDatabase(_options.Postgres);
    }

    protected override string UnsentOfEarlier() => EarlierTables.PostgresOutbox + FilledStore.Unsent(static hex => $"'\\x{hex}'");

    protected override void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(_options.Postgres);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    protected override string Dump() => StoreDump.Of(_options.Postgres);
}
