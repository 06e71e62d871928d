using System.Globalization;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Npgsql;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

/// <summary>A real server that misbehaves while payments come.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresFaultTests(PostgresServer server) : IDisposable
{
    private const int Payments = 6_000;

    // Small, so that connections which nobody gives back run out within the test.
    private readonly string _connection = server.CreateDatabase() + ";Maximum Pool Size=4;Application Name=fraud";
    private readonly Topics _topics = new(partitions: 2);

    [Fact]
    public async Task Run_ConnectionsCutAgainAndAgain_StoresEachPaymentOnce()
    {
        using var store = Store();
        await using var host = await Host(store);
        using var admin = Admin();
        var cuts = 0;
        for (var i = 0; i < Payments; i++)
        {
            Send(i);
            if (i % 300 == 299)
            {
                _topics.Flush();
                await Poll.Until(() => host.Source.RecordsRead > i - 600);
                cuts += Cut(admin);
            }
        }

        _topics.Flush();
        await Poll.Until(() => Stored(admin) == Payments);

        Assert.InRange(cuts, 10, int.MaxValue);
        Assert.Equal(Payments, Scalar(admin, "SELECT count(DISTINCT transaction_id) FROM transactions"));
        Assert.Equal(Payments, Scalar(admin, "SELECT sum(next_offset)::bigint FROM shards"));
        await Poll.Until(() => Scalar(admin, "SELECT count(*) FROM reader_positions a JOIN shards s USING (shard) WHERE reader = 'alerts' AND position = sequence")
            == Scalar(admin, "SELECT count(*) FROM shards"));
        Assert.Empty(host.Log.Of(101));
    }

    [Fact]
    public async Task Run_ServerTurnsReadOnlyAndBack_RetriesWithinItsPoolAndStoresAll()
    {
        using var store = Store();
        await using var host = await Host(store);
        using var admin = Admin();
        var sent = 0;
        for (var round = 0; round < 3; round++)
        {
            ReadOnly(admin, "on");
            Cut(admin);
            var failures = host.Log.Of(120).Count();
            for (var i = 0; i < 500; i++)
            {
                Send(sent++);
            }

            _topics.Flush();
            // Three pools' worth of tries.
            await Poll.Until(() => host.Log.Of(120).Count() >= failures + 12);
            Assert.InRange(Scalar(admin, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'fraud'"), 0, 4);
            Assert.Equal(sent - 500, Stored(admin));

            ReadOnly(admin, "off");
            // The sessions that came up read-only stay so until they are cut, as after a failover.
            Cut(admin);
            var expected = sent;
            await Poll.Until(() => Stored(admin) == expected);
        }

        Assert.Equal(sent, Scalar(admin, "SELECT count(DISTINCT transaction_id) FROM transactions"));
        Assert.Empty(host.Log.Of(101));
    }

    [Fact]
    public async Task Commit_PaymentOfTheMonthIsWrittenWhileItsPartitionIsMade_SucceedsWhenRepeated()
    {
        using var store = new PostgresStore(
            new StorageOptions { Kind = StoreKind.Postgres, Postgres = _connection, BusyTimeout = TimeSpan.FromSeconds(20) },
            Topics.Transactions, TimeProvider.System);
        store.Open();
        using var admin = Admin();
        using var other = Admin();
        var month = new DateTimeOffset(2019, 5, 3, 0, 0, 0, TimeSpan.Zero);
        // Another node, whose clock finds the month too far away, has a payment of it on its way to the default partition.
        using var writing = other.BeginTransaction();
        Execute(other, string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO transactions VALUES (1000000, 'theirs', 0, 'c', 't', 1, 'EUR', {month.ToUnixTimeMilliseconds()}, '', 0, 0, NULL,
            'm', '1', 0, 0, ARRAY[]::real[], NULL, 0)
            """));
        var owned = store.OwnAll(1);
        var committing = Task.Run(() => owned.Commit(FromHttp(Paid("ours", at: month))));
        await Poll.Until(() => Scalar(admin, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);

        writing.Commit();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => committing);
        owned.Commit(FromHttp(Paid("ours", at: month)));
        Assert.Equal(2, store.Count().Results);
    }

    [Fact]
    public void Commit_TwoNodesFirstToTouchTheSameMonths_BothSucceedInTheEnd()
    {
        using var one = Store();
        using var two = Store();
        one.Open();
        two.Open();
        var owned = (One: new OwnedShards(one, 2).Claim(0), Two: new OwnedShards(two, 2).Claim(1));

        Parallel.ForEach(Enumerable.Range(0, 24).SelectMany(month => new[] { (one, month), (two, month) }), work =>
        {
            var (store, month) = work;
            var mine = store == one ? owned.One : owned.Two;
            var id = string.Create(CultureInfo.InvariantCulture, $"{month}-{(store == one ? 1 : 2)}");
            for (var tries = 0; ; tries++)
            {
                try
                {
                    lock (mine)
                    {
                        mine.Commit(FromHttp(Paid(id, at: July.AddMonths(month), shard: store == one ? 0 : 1)));
                    }

                    return;
                }
                catch (StoreUnavailableException) when (tries < 50)
                {
                    // The other was making the partition; the next try finds it.
                }
            }
        });

        Assert.Equal(48, one.Count().Results);
        using var admin = Admin();
        Assert.Equal(0, Scalar(admin, "SELECT count(*) FROM transactions_other"));
    }

    public void Dispose() => _topics.Dispose();

    private HookedStore Store() => new(StoreFactory.Create(
        new StorageOptions { Kind = StoreKind.Postgres, Postgres = _connection }, Topics.Transactions, TimeProvider.System));

    private async Task<GraphHost> Host(HookedStore store)
    {
        var host = await new GraphHost(
            _topics, store, ("Storage:Kind", "Postgres"), ("Storage:Postgres", _connection), ("Batching:MaxBatchSize", "64"), ("Persistence:MaxGroupSize", "128"),
            ("Persistence:RetryMax", "00:00:00.050"), ("Kafka:RestartMax", "00:00:00.500")).Start();
        await Poll.Until(() => host.Served.Count == host.Directory.Shards);
        return host;
    }

    private void Send(int number)
    {
        var card = string.Create(CultureInfo.InvariantCulture, $"card-{number % 97}");
        _topics.Send(Topics.Transactions, card, Topics.Payment(string.Create(CultureInfo.InvariantCulture, $"p-{number}"), card));
    }

    private NpgsqlConnection Admin()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_connection)
        {
            ApplicationName = "admin",
            Pooling = false,
        }.ConnectionString);
        connection.Open();
        Execute(connection, "SET default_transaction_read_only = off");
        return connection;
    }

    private static void ReadOnly(NpgsqlConnection admin, string value) =>
        Execute(admin, $"ALTER DATABASE {admin.Database} SET default_transaction_read_only = {value}");

    private static int Cut(NpgsqlConnection admin) => (int)Scalar(
        admin,
        """
        SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'fraud'
        """);

    private static long Stored(NpgsqlConnection admin) => Scalar(admin, "SELECT count(*) FROM transactions");

    private static long Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
