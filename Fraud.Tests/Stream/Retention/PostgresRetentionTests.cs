using Fraud.Stream.Retention;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Retention;

[Collection(PostgresCollection.Name)]
public sealed class PostgresRetentionTests(PostgresServer server) : RetentionContract
{
    private const string Partitions = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'transactions'::regclass ORDER BY 1";

    private readonly StorageOptions _options = new() { Kind = StoreKind.Postgres, Postgres = server.CreateDatabase() };

    public override void Dispose()
    {
        base.Dispose();
        server.DropDatabase(_options.Postgres);
    }

    [Fact]
    public void Remove_MonthsOverAge_LeaveAsPartitionsOnceAllOfThemIs()
    {
        Owned.Commit(FromHttp(Paid("may", at: Cut.AddMonths(-2)), Paid("june", at: Cut.AddDays(-1)), Paid("july", at: July)));

        RemoveAll(Cut.AddDays(-1).AddHours(13));
        Assert.Equal(["june", "july"], Read("SELECT transaction_id FROM transactions ORDER BY event_time"));
        Assert.DoesNotContain("transactions_2018_05", Read(Partitions));
        Assert.Contains("transactions_2018_06", Read(Partitions));

        RemoveAll();
        Assert.DoesNotContain("transactions_2018_06", Read(Partitions));
        Assert.Equal(["july"], Read("SELECT transaction_id FROM transaction_ids"));

        // A node that knew the month goes on; what comes of it is no month any more, and leaves as well.
        Owned.Commit(FromHttp(Paid("late", at: Cut.AddDays(-2))));
        Assert.Equal(["late"], Read("SELECT transaction_id FROM transactions WHERE event_time < 1530403200000"));
        RemoveAll();
        Assert.Equal(["july"], Read("SELECT transaction_id FROM transactions"));
    }

    /// <summary>Half of a month's ids are gone when the process dies: nothing says so but the ids themselves.</summary>
    [Fact]
    public void Remove_EndedInTheMiddle_IsFinishedByTheNext()
    {
        Owned.Commit(FromHttp([.. Enumerable.Range(0, 9).Select(i => Paid($"o{i}", at: Old)), Paid("n")]));
        using (var pass = Store.Retention.TryBegin(new RetentionOptions { StepRows = 4 })!)
        {
            Assert.Equal(4, pass.Remove(RetainedKind.Payments, Ms(Cut)).Removed);
        }

        // One of those comes again meanwhile: its id is that of the new row.
        Owned.Commit(FromHttp(Paid("o0", at: Old)));

        Assert.Equal(6, RemoveAll()[RetainedKind.Payments]);
        Assert.Equal(["n"], Read("SELECT transaction_id FROM transactions"));
        Assert.Equal(["n"], Read("SELECT transaction_id FROM transaction_ids"));
    }

    [Fact]
    public void TryBegin_AnotherNodeIsAtIt_IsNullUntilItEnds()
    {
        using var other = StoreFactory.Create(_options, Topic, TimeProvider.System);
        _ = Store.Count();
        using (Store.Retention.TryBegin(new RetentionOptions()))
        {
            Assert.Null(other.Retention.TryBegin(new RetentionOptions()));
        }

        using var pass = other.Retention.TryBegin(new RetentionOptions());
        Assert.NotNull(pass);
    }

    /// <summary>A dump reads the table for hours: the month waits for it, and neither commits nor rows wait for the month.</summary>
    [Fact]
    public void Remove_TableIsRead_GivesUpSoonAndCommitsGoOn()
    {
        Owned.Commit(FromHttp(Paid("o", at: Old), Paid("n")));
        using var dump = new NpgsqlConnection(_options.Postgres);
        dump.Open();
        using (dump.BeginTransaction())
        {
            using var read = new NpgsqlCommand("SELECT count(*) FROM transactions", dump);
            read.ExecuteScalar();
            using (var pass = Store.Retention.TryBegin(new RetentionOptions { LockTimeout = TimeSpan.FromMilliseconds(50) })!)
            {
                Assert.Throws<StoreUnavailableException>(() =>
                {
                    while (!pass.Remove(RetainedKind.Payments, Ms(Cut)).IsLast)
                    {
                    }
                });
            }

            Owned.Commit(FromHttp(Paid("n2")));
        }

        RemoveAll();
        Assert.Equal(["n", "n2"], Read("SELECT transaction_id FROM transactions ORDER BY position"));
    }

    protected override IFraudStore Create() => StoreFactory.Create(_options, Topic, new FakeTimeProvider(July));

    protected override void Execute(string sql)
    {
        _ = Store.Count();
        Command(sql, static command => command.ExecuteNonQuery());
    }

    protected override IReadOnlyList<string> Read(string sql) => Command<IReadOnlyList<string>>(sql, static command =>
    {
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!);
        }

        return rows;
    });

    private T Command<T>(string sql, Func<NpgsqlCommand, T> run)
    {
        using var connection = new NpgsqlConnection(_options.Postgres);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return run(command);
    }
}
