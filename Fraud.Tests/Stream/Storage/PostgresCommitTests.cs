using System.Diagnostics;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Formation;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

/// <summary>Commits whose outcome is unknown, and claims beside sessions that stand still (rules 2, 5 and 8 of docs/decisions/0011).</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresCommitTests : IAsyncDisposable
{
    private readonly string _database;
    private readonly PostgresProxy _proxy;
    private readonly IFraudStore _store;
    private readonly IFraudStore _other;

    public PostgresCommitTests(PostgresServer server)
    {
        _database = server.CreateDatabase();
        _proxy = new PostgresProxy(_database);
        // A reply that does not come is waited for no longer than this.
        _store = Open(_proxy.ConnectionString + ";Command Timeout=5");
        _other = Open(_database);
    }

    [Fact]
    public async Task Commit_ReplyLost_IsFoundInTheHeads()
    {
        var owned = _store.OwnAll(2);
        owned.Commit(FromHttp(Paid("stored", score: 0.75f)));
        MicroBatch[] group = [FromHttp(Paid("new", decision: Decision.Block)), FromKafka(1, Paid("kafka", offset: 4))];
        var commits = owned.Next(group);
        var lost = _proxy.LoseReplyToNextCommit();

        Assert.Throws<StoreUnavailableException>(() => _store.Commit(group, commits));
        await lost;

        var read = GroupCommit.Begin(commits).Unknown().Next.Read(_store.ReadHeads([0, 1]));
        Assert.Equal(commits, read.Done);
        owned.Move(read.Done);
        owned.Commit(FromHttp(Paid("next")));
        Assert.Equal(["stored", "new", "next", "kafka"], _store.StoredIds());
        Assert.Equal(1, _store.Count().Alerts);
    }

    [Fact]
    public async Task Commit_NeverArrived_IsWrittenOnceByTheSameCommit()
    {
        var owned = _store.OwnAll(2);
        MicroBatch[] group = [FromHttp(Paid("a", decision: Decision.Block)), FromKafka(1, Paid("b", offset: 4))];
        var commits = owned.Next(group);
        var lost = _proxy.LoseNextCommit();

        Assert.Throws<StoreUnavailableException>(() => _store.Commit(group, commits));
        await lost;

        var read = GroupCommit.Begin(commits).Unknown().Next.Read(_store.ReadHeads([0, 1]));
        Assert.Equal(commits, read.Next.Pending);
        Assert.Empty(_store.Commit(group, commits));
        Assert.Equal([0, 1], _store.Commit(group, commits));
        Assert.Equal(["a", "b"], _store.StoredIds());
        Assert.All(_store.ReadHeads(), static head => Assert.Equal(1, head.Sequence));
    }

    [Fact]
    public async Task Commit_ProcessStandsStill_HoldsItsShardNoLongerThanTheServerAllows()
    {
        var owned = _store.OwnAll(1);
        var batch = FromHttp(Paid("late"));
        var held = _proxy.HoldNextCommit();
        var committing = Task.Run(() => _store.Commit([batch], owned.Next(batch)));
        await held;

        // It is refused, or it waits, until the server has ended the session.
        ShardHead? head = null;
        await Poll.Until(() =>
        {
            try
            {
                return _other.TryClaim(0, new NodeIdentity("next", ""), out head);
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        });

        Assert.Equal((2L, 0L), (head!.Generation, head.Sequence));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => committing);
        Assert.Equal([0], _store.Commit([batch], owned.Next(batch)));
        Assert.Equal(0, _store.Count().Results);
    }

    [Fact]
    public void Commit_HeadHeldByAnother_GivesUpAfterTheLimitOfHeadsWhateverIsConfigured()
    {
        var owned = _store.OwnAll(2);
        using var other = new NpgsqlConnection(_database);
        other.Open();
        using var transaction = other.BeginTransaction();
        other.Execute("UPDATE shards SET generation = generation WHERE shard = 1");
        var batch = FromHttp(Paid("a"), Paid("b", shard: 1));

        var started = Stopwatch.GetTimestamp();
        Assert.Throws<StoreUnavailableException>(() => _store.Commit([batch], owned.Next(batch)));
        Assert.Throws<StoreUnavailableException>(() => _other.Claim(1, new NodeIdentity("next", "")));

        // Twice two seconds, where forty are configured.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(3.5), TimeSpan.FromSeconds(30));
        transaction.Rollback();
        owned.Commit(batch);
    }

    [Fact]
    public async Task TryClaim_ProcessRemovedFromTheCluster_IsRefusedAndRaisesNothing()
    {
        await using var source = NpgsqlDataSource.Create(_database);
        var table = new NodeTable(source, TimeSpan.FromMinutes(1));
        await table.Find(new NodeRegistration("one-1", "one", "127.0.0.1", 1, 1, ""), CancellationToken.None);
        await table.Find(new NodeRegistration("two-1", "two", "127.0.0.1", 2, 2, ""), CancellationToken.None);
        var one = new NodeIdentity("one-1", "http://one");
        var claimed = _store.Claim(0, one);
        await table.Leave("one-1", "downed", CancellationToken.None);

        Assert.False(_store.TryClaim(0, one, out _));
        Assert.False(_store.TryClaim(1, one, out _));

        Assert.Equal([claimed], _store.ReadHeads());
        Assert.Equal(2, _store.Claim(0, new NodeIdentity("two-1", "http://two")).Generation);
        // No row: a node that has no cluster.
        Assert.Equal(1, _store.Claim(1, new NodeIdentity("three-1", "http://three")).Generation);
    }

    [Fact]
    public async Task TryClaim_ProcessRemovedWhileItWaitsForTheHead_IsRefused()
    {
        await using var source = NpgsqlDataSource.Create(_database);
        var table = new NodeTable(source, TimeSpan.FromMinutes(1));
        await table.Find(new NodeRegistration("one-1", "one", "127.0.0.1", 1, 1, ""), CancellationToken.None);
        var before = _store.Claim(0, new NodeIdentity("before", ""));
        await using var committing = new NpgsqlConnection(_database);
        await committing.OpenAsync();
        await using var transaction = await committing.BeginTransactionAsync();
        committing.Execute("UPDATE shards SET generation = generation WHERE shard = 0");
        var claiming = Task.Run(() => FraudStoreContract.Repeat(() => _store.TryClaim(0, new NodeIdentity("one-1", ""), out _)));
        await Poll.Until(() => committing.Query("SELECT count(*) FROM pg_locks WHERE NOT granted", static row => row.GetInt64(0))[0] > 0);

        await table.Leave("one-1", "downed", CancellationToken.None);
        await transaction.CommitAsync();

        Assert.False(await claiming);
        Assert.Equal([before], _store.ReadHeads());
    }

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        _other.Dispose();
        await _proxy.DisposeAsync();
    }

    private static IFraudStore Open(string connection)
    {
        var store = StoreFactory.Create(
            new StorageOptions { Kind = StoreKind.Postgres, Postgres = connection, BusyTimeout = TimeSpan.FromSeconds(40) },
            "transactions",
            // The partition of the payments is made when the store is opened, not by a COMMIT of its own when they come.
            new FakeTimeProvider(July));
        store.Open();
        return store;
    }
}
