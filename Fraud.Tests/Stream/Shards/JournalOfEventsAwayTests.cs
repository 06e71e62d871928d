using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Stream.Shards;

/// <summary>Shards claim, serve and leave whatever the journal of their history does, and it catches up when that is back.</summary>
[Collection(PostgresNodesCollection.Name)]
public sealed class JournalOfEventsAwayTests(PostgresServer server) : IDisposable
{
    private const int Shards = 2;

    private readonly TempFolder _folder = new();
    private readonly Topics _topics = new(Shards);

    [Fact]
    public async Task Run_FileCannotBeOpened_ServesAndStoresTheHistoryOnceItCan()
    {
        // A folder in its place: no file can be made there, whoever asks.
        var file = Directory.CreateDirectory(_folder.File("events.db")).FullName;
        using var store = GraphHost.Sqlite(_folder);
        await using (var host = Sqlite(store, file))
        {
            await host.Start();
            await host.Submit("while-away", "card-1").Answered;
            Assert.Equal(Shards, Timeline(host).Waiting);
            Assert.Equal(Shards, Timeline(host).Newest(10).Count);
            await Poll.Until(() => host.Log.Of(127).Any());

            Directory.Delete(file);

            await Poll.Until(() => Timeline(host).Waiting == 0);
            Assert.Equal(0, Timeline(host).Lost);
        }

        await using var next = await Sqlite(store, file).Start();
        await Poll.Until(() => Of(next, 1).Count(static happened => happened is ShardClaimed) == 2);
        Assert.Equal([2L, 1L], Of(next, 1).OfType<ShardClaimed>().Select(static happened => happened.Generation));
    }

    [Fact]
    public async Task Stop_FileCannotBeOpened_HandsOverAllTheSame()
    {
        var file = Directory.CreateDirectory(_folder.File("events.db")).FullName;
        using var store = GraphHost.Sqlite(_folder);
        var host = await Sqlite(store, file).Start();
        await host.Submit("while-away", "card-1").Answered;

        await host.DisposeAsync();

        Assert.All(store.ReadHeads(), static head => Assert.False(head.IsOwned));
        Assert.Empty(host.Log.Of(105));
    }

    [Fact]
    public async Task Run_TableIsLocked_ServesAndStoresTheHistoryOnceItIsFree()
    {
        var connection = server.CreateDatabase();
        using var store = Postgres(connection);
        store.Open();
        await using var source = NpgsqlDataSource.Create(connection);
        await using var locker = await source.OpenConnectionAsync();
        await using var transaction = await locker.BeginTransactionAsync();
        await Execute(locker, "LOCK TABLE akka_events, akka_snapshots IN ACCESS EXCLUSIVE MODE");

        await using var host = await Node(store, connection, "slow").Start();
        await Poll.Until(() => host.Served.Count == Shards);
        await host.Submit("while-slow", "card-1").Answered;
        Assert.Equal(Shards, Timeline(host).Waiting);

        await transaction.RollbackAsync();

        await Poll.Until(() => Timeline(host).Waiting == 0);
        Assert.Equal(Shards, await Count(source));
    }

    [Fact]
    public async Task Run_TableIsGone_ServesAndStoresTheHistoryOnceItIsBack()
    {
        var connection = server.CreateDatabase();
        using var store = Postgres(connection);
        store.Open();
        await using var source = NpgsqlDataSource.Create(connection);
        await using var admin = await source.OpenConnectionAsync();
        await Execute(admin, "ALTER TABLE akka_events RENAME TO gone");

        await using var host = await Node(store, connection, "broken").Start();
        await Poll.Until(() => host.Served.Count == Shards);
        await host.Submit("while-gone", "card-1").Answered;
        Assert.Equal(Shards, Timeline(host).Waiting);

        await Execute(admin, "ALTER TABLE gone RENAME TO akka_events");

        await Poll.Until(() => Timeline(host).Waiting == 0);
        Assert.Equal(Shards, await Count(source));
    }

    [Fact]
    public async Task Run_NodeStops_TheNextOwnerKnowsWhatItsShardsWentThrough()
    {
        var connection = server.CreateDatabase();
        using var storeA = Postgres(connection);
        using var storeB = Postgres(connection);
        var a = await Node(storeA, connection, "a").Start();
        var (told, nameOfA) = (Timeline(a), a.Node.Name);
        await using var b = await Node(storeB, connection, "b").Start();
        await Poll.Until(() => a.Served.Count == 1 && b.Served.Count == 1);
        await Poll.Until(() => Timeline(a).Waiting == 0);
        var moved = a.Served[0];

        await a.DisposeAsync();

        await Poll.Until(() => b.Served.Count == Shards);
        // How often the shard had moved before is sharding's business. What a was told last it may have been too busy to pass on.
        var generation = storeB.ReadHeads([moved])[0].Generation;
        await Poll.Until(() => Of(b, moved).OfType<ShardClaimed>().Any(claimed => (claimed.Node, claimed.Generation) == (nameOfA, generation - 1)));
        var last = Assert.IsType<ShardClaimed>(Of(b, moved)[0]);
        Assert.Equal((b.Node.Name, generation), (last.Node, last.Generation));
        var released = Of(told, moved).OfType<ShardReleased>().First();
        Assert.Equal((nameOfA, ReleaseReason.Drained, generation - 1), (released.Node, released.Why, released.Generation));
    }

    public void Dispose()
    {
        _topics.Dispose();
        _folder.Dispose();
    }

    private static ShardTimeline Timeline(GraphHost host) => host.Get<ShardTimeline>();

    private static List<ShardEvent> Of(GraphHost host, int shard) => Of(Timeline(host), shard);

    private static List<ShardEvent> Of(ShardTimeline timeline, int shard) =>
        [.. timeline.Newest(100).Where(one => one.Shard == shard).Select(static one => one.Event)];

    private static HookedStore Postgres(string connection) => new(new PostgresStore(
        new StorageOptions { Kind = StoreKind.Postgres, Postgres = connection }, Topics.Transactions, TimeProvider.System));

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> Count(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("SELECT count(*) FROM akka_events");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private GraphHost Sqlite(HookedStore store, string file) => new(
        _topics, store, ("Storage:EventsFile", file), ("Lifecycle:RestartMin", "00:00:00.050"), ("Lifecycle:RestartMax", "00:00:00.500"));

    private GraphHost Node(HookedStore store, string connection, string name) => new(
        _topics, store, ("Storage:Kind", "Postgres"), ("Storage:Postgres", connection), ("Cluster:NodeName", name),
        ("Lifecycle:RestartMin", "00:00:00.050"), ("Lifecycle:RestartMax", "00:00:00.500"));
}
