using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Stream.Shards;

[Collection(PostgresCollection.Name)]
public sealed class PostgresShardHistoryTests : ShardHistoryContract
{
    private readonly string _connection;

    public PostgresShardHistoryTests(PostgresServer server)
        : this(server.CreateDatabase())
    {
    }

    private PostgresShardHistoryTests(string connection)
        : base(new StorageOptions { Kind = StoreKind.Postgres, Postgres = connection }) => _connection = connection;

    protected override void Break() => Execute("ALTER TABLE akka_events RENAME TO gone");

    protected override void Repair() => Execute("ALTER TABLE gone RENAME TO akka_events");

    protected override long Count(string table) => Convert.ToInt64(Execute($"SELECT count(*) FROM {table}"), null);

    private object? Execute(string sql)
    {
        using var source = NpgsqlDataSource.Create(_connection);
        using var command = source.CreateCommand(sql);
        return command.ExecuteScalar();
    }
}
