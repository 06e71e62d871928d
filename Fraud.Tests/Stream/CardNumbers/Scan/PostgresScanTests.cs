using System.Text;
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

    // Statistics of columns hold samples of them. Bytes count as they are.
    protected override string Dump()
    {
        var text = new StringBuilder();
        using var connection = new NpgsqlConnection(_options.Postgres);
        connection.Open();
        var names = new List<string>();
        using (var list = new NpgsqlCommand("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'", connection))
        using (var rows = list.ExecuteReader())
        {
            while (rows.Read())
            {
                names.Add(rows.GetString(0));
            }
        }

        foreach (var name in names)
        {
            using var all = new NpgsqlCommand($"SELECT t::text AS row, t.* FROM {name} AS t", connection);
            using var rows = all.ExecuteReader();
            while (rows.Read())
            {
                text.AppendLine(rows.GetString(0));
                for (var i = 1; i < rows.FieldCount; i++)
                {
                    text.AppendLine(rows.GetDataTypeName(i) == "bytea" && !rows.IsDBNull(i) ? Encoding.Latin1.GetString(rows.GetFieldValue<byte[]>(i)) : "");
                }
            }
        }

        using var samples = new NpgsqlCommand("SELECT t::text FROM pg_stats AS t WHERE schemaname = 'public'", connection);
        using var sampled = samples.ExecuteReader();
        while (sampled.Read())
        {
            text.AppendLine(sampled.GetString(0));
        }

        return text.ToString();
    }
}
