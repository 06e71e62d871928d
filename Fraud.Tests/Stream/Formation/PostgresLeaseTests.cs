using Akka.Coordination;
using Akka.Event;
using Fraud.Stream.Formation;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Fraud.Tests.Stream.Formation;

/// <summary>Rule 23 of docs/decisions/0011: the lease that decides which side of a divided cluster goes on.</summary>
[Collection(FormationTablesCollection.Name)]
public sealed class PostgresLeaseTests(PostgresServer server) : IDisposable
{
    private static readonly TimeSpan timeToLive = TimeSpan.FromSeconds(4);

    private readonly FormationDatabase _database = new(server);
    private readonly CancellationTokenSource _stopping = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Acquire_OwnersAtOnce_OneGetsIt()
    {
        for (var round = 0; round < 8; round++)
        {
            var leases = await Task.WhenAll(Enumerable.Range(0, 4).Select(port => Lease(FormationDatabase.Node(port), $"race-{round}", TimeProvider.System)));

            var answers = await Task.WhenAll(leases.Select(static lease => lease.Acquire()));

            Assert.Single(answers, static isHeld => isHeld);
            Assert.Equal(answers, leases.Select(static lease => lease.CheckLease()));
        }
    }

    [Fact]
    public async Task Acquire_OwnerDied_IsFreeAfterItsLifeByTheDatabasesClock()
    {
        var dead = await Lease(FormationDatabase.Node(1));
        Assert.True(await dead.Acquire());
        var next = await Lease(FormationDatabase.Node(2));
        // The process's own clock says nothing.
        _time.Advance(TimeSpan.FromDays(365));

        _database.Age(3);
        Assert.False(await next.Acquire());
        _database.Age(1.5);
        Assert.True(await next.Acquire());
    }

    [Fact]
    public async Task Acquire_OwnerWasRemoved_IsFreeAtOnce()
    {
        var removed = FormationDatabase.Node(1);
        Assert.True(await (await Lease(removed)).Acquire());
        await _database.Nodes.Leave(removed.Incarnation, "downed", default);

        Assert.True(await (await Lease(FormationDatabase.Node(2))).Acquire());
    }

    [Fact]
    public async Task Acquire_RemovedIncarnation_IsRefused()
    {
        var node = FormationDatabase.Node(1);
        var lease = await Lease(node);
        await _database.Nodes.Leave(node.Incarnation, "downed", default);

        Assert.False(await lease.Acquire());
        Assert.False(lease.CheckLease());
        Assert.Equal(0, _database.Scalar<long>("SELECT count(*) FROM cluster_leases"));
    }

    [Fact]
    public async Task Acquire_StoreStopped_TriesOnUntilItAnswers()
    {
        var log = new CapturedLog();
        var lease = await Lease(FormationDatabase.Node(1), time: TimeProvider.System, log: log);
        await server.StopAsync();
        var acquiring = lease.Acquire();
        await Poll.Until(() => acquiring.IsCompleted || log.Warnings.Count >= 2);
        Assert.False(acquiring.IsCompleted);

        await server.StartServerAsync();

        Assert.True(await acquiring);
        Assert.True(lease.CheckLease());
    }

    [Fact]
    public async Task Acquire_StoreHangs_TriesOnUntilItAnswers()
    {
        var log = new CapturedLog();
        Assert.True(await (await Lease(FormationDatabase.Node(1))).Acquire());
        _database.Age(5);
        var lease = await Lease(FormationDatabase.Node(2), time: TimeProvider.System, log: log);
        var row = HoldRow();
        var acquiring = lease.Acquire();
        await Poll.Until(() => acquiring.IsCompleted || !log.Warnings.IsEmpty);
        Assert.False(acquiring.IsCompleted);

        await row.DisposeAsync();

        Assert.True(await acquiring);
    }

    [Fact]
    public async Task Acquire_SystemEndsWhileTheStoreIsSilent_IsCancelled()
    {
        var lease = await Lease(FormationDatabase.Node(1));
        await server.StopAsync();
        try
        {
            var acquiring = lease.Acquire();
            await _stopping.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquiring);
        }
        finally
        {
            await server.StartServerAsync();
        }
    }

    [Fact]
    public async Task CheckLease_RenewedInTime_StaysTrue()
    {
        var time = new CountedTime();
        var lease = await Lease(FormationDatabase.Node(1), time: time);
        Assert.True(await lease.Acquire());
        for (var second = 0; second < 10; second++)
        {
            var (expires, timers) = (Expires(), time.Timers);
            time.Advance(TimeSpan.FromSeconds(1));
            // One for the question, one for the wait before the next.
            await Poll.Until(() => time.Timers == timers + 2);
            Assert.True(Expires() > expires);
            Assert.True(lease.CheckLease());
        }
    }

    [Fact]
    public async Task CheckLease_RenewalLate_IsFalseThoughTheStoreStillNamesIt()
    {
        var node = FormationDatabase.Node(1);
        var lease = await Lease(node);
        var lost = new TaskCompletionSource<Exception>();
        Assert.True(await lease.Acquire(lost.SetResult));
        var row = HoldRow();

        _time.Advance(timeToLive - TimeSpan.FromMilliseconds(1));
        Assert.True(lease.CheckLease());
        Assert.False(lost.Task.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(lease.CheckLease());

        Assert.IsType<LeaseException>(await lost.Task.WaitAsync(Poll.Deadline));
        await row.DisposeAsync();
        Assert.Equal(node.Incarnation, _database.Scalar<string>("SELECT owner FROM cluster_leases"));
        Assert.False(lease.CheckLease());
        Assert.True(await lease.Acquire());
    }

    /// <summary>A process that stood still (SIGSTOP) goes on: none of its timers has run yet, and others may have decided.</summary>
    [Fact]
    public async Task CheckLease_NothingRanForItsLife_IsFalse()
    {
        var time = new StoppedTime();
        var lease = await Lease(FormationDatabase.Node(1), time: time);
        Assert.True(await lease.Acquire());
        Assert.True(lease.CheckLease());

        time.Pass(timeToLive);

        Assert.False(lease.CheckLease());
    }

    [Theory]
    [InlineData("UPDATE cluster_leases SET owner = 'another'")]
    [InlineData("UPDATE cluster_nodes SET removed_at = clock_timestamp(), removed_why = 'downed'")]
    [InlineData("UPDATE cluster_leases SET expires_at = clock_timestamp()")]
    [InlineData("DELETE FROM cluster_leases")]
    public async Task Renewal_NotOursAnyMore_IsLostAtOnce(string happened)
    {
        var lease = await Lease(FormationDatabase.Node(1));
        var lost = new TaskCompletionSource<Exception>();
        Assert.True(await lease.Acquire(lost.SetResult));
        _database.Execute(happened);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.IsType<LeaseException>(await lost.Task.WaitAsync(Poll.Deadline));
        Assert.False(lease.CheckLease());
    }

    [Fact]
    public async Task Release_Held_IsFreeForOthersAndRenewsNoMore()
    {
        var lease = await Lease(FormationDatabase.Node(1));
        Assert.True(await lease.Acquire(_ => Assert.Fail("Released, not lost.")));

        Assert.True(await lease.Release());

        Assert.False(lease.CheckLease());
        Assert.True(await (await Lease(FormationDatabase.Node(2))).Acquire());
        _time.Advance(timeToLive);
        Assert.False(await lease.Acquire());
    }

    [Fact]
    public async Task Release_StoreStopped_FailsAndIsNotHeld()
    {
        var lease = await Lease(FormationDatabase.Node(1), time: TimeProvider.System);
        Assert.True(await lease.Acquire());
        await server.StopAsync();
        try
        {
            await Assert.ThrowsAsync<LeaseException>(lease.Release);
            Assert.False(lease.CheckLease());
        }
        finally
        {
            await server.StartServerAsync();
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _database.Dispose();
    }

    private async Task<PostgresLease> Lease(NodeRegistration node, string name = "lease", TimeProvider? time = null, ILoggingAdapter? log = null)
    {
        await _database.Nodes.Find(node, default);
        var setup = new FormationSetup(node.Incarnation, _database.Nodes, new LeaseTable(_database.Source), new FormationStatus(), time ?? _time);
        var settings = LeaseSettings.Create(FormationConfig.Defaults.GetConfig("fraud.formation.lease"), name, "127.0.0.1:1");
        return new PostgresLease(settings, setup, log ?? NoLogger.Instance, _stopping.Token);
    }

    private DateTime Expires() => _database.Scalar<DateTime>("SELECT expires_at FROM cluster_leases");

    /// <summary>A store that hangs: a query of the row waits until this is disposed.</summary>
    private NpgsqlConnection HoldRow()
    {
        var connection = _database.Connect();
        using var command = new NpgsqlCommand("BEGIN; SELECT 1 FROM cluster_leases FOR UPDATE", connection);
        command.ExecuteNonQuery();
        return connection;
    }

    private sealed class CountedTime : FakeTimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }
}
