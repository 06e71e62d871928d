using Fraud.Stream.Events;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Shards;

public sealed class SqliteShardHistoryTests : ShardHistoryContract
{
    private readonly TempFolder _folder;

    public SqliteShardHistoryTests()
        : this(new TempFolder())
    {
    }

    private SqliteShardHistoryTests(TempFolder folder)
        : base(new StorageOptions { SqliteFile = folder.File("fraud.db") }) => _folder = folder;

    [Fact]
    public void PathOf_NoSetting_IsBesideTheStore()
    {
        Assert.Equal("/data/events.db", EventsFile.PathOf(new StorageOptions { SqliteFile = "/data/fraud.db" }));
        Assert.Equal("/else/where.db", EventsFile.PathOf(new StorageOptions { SqliteFile = "/data/fraud.db", EventsFile = "/else/where.db" }));
    }

    // A view is read, and not written.
    protected override void Break() => Execute("ALTER TABLE akka_events RENAME TO gone; CREATE VIEW akka_events AS SELECT * FROM gone");

    protected override void Repair() => Execute("DROP VIEW akka_events; ALTER TABLE gone RENAME TO akka_events");

    protected override long Count(string table) => Convert.ToInt64(Execute($"SELECT count(*) FROM {table}"), null);

    protected override void AfterAll()
    {
        base.AfterAll();
        _folder.Dispose();
    }

    private object? Execute(string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder.File("events.db")};Pooling=False;Default Timeout=30");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
