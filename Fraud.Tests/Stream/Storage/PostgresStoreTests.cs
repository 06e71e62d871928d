using Fraud.Model;
using Fraud.Stream.Cases;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Webhooks;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using LinqToDB.Data;
using Npgsql;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

[Collection(PostgresCollection.Name)]
public sealed class PostgresStoreTests(PostgresServer server) : FraudStoreContract
{
    private readonly StorageOptions _options = new()
    {
        Kind = StoreKind.Postgres,
        Postgres = server.CreateDatabase(),
        // Longer than any lock is held beside other tests.
        BusyTimeout = TimeSpan.FromSeconds(2),
        ReadTimeout = TimeSpan.FromSeconds(1),
    };

    protected override IFraudStore Create() => StoreFactory.Create(_options, Topic, new FixedTime(July));

    protected override void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(_options.Postgres);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    protected override string BreakInserts(string table) =>
        $"""
         CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken by the test'; END $$;
         CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION broken()
         """;

    protected override string FirstVersionOf() => FirstVersion.Postgres + FirstVersion.Rows("ARRAY[1.5]::real[]", "false", "true")
        + "INSERT INTO transaction_ids SELECT transaction_id, position, event_time FROM transactions";

    protected override string WithoutCommitIds() => WithoutPlaces() + "; ALTER TABLE shards DROP COLUMN commit_id; UPDATE schema_version SET version = 6";

    protected override string WithOutbox() => EarlierTables.PostgresOutbox + "UPDATE schema_version SET version = 10";

    protected override string WithoutPlaces() => EarlierTables.PostgresOutbox + EarlierTables.OffsetsApart +
        "ALTER TABLE transactions DROP COLUMN sequence, DROP COLUMN ordinal; DROP TABLE reader_positions; DROP TABLE repeated_payments; UPDATE schema_version SET version = 8";

    protected override string SecondVersionOf() => WithoutCommitIds() +
        "; DROP TABLE api_keys; DROP TABLE audit; DROP FUNCTION audit_is_append_only; UPDATE schema_version SET version = 2";

    protected override string RepairInserts(string table) => $"DROP TRIGGER broken ON {table}";

    [Fact]
    public void Write_StoodStillTheFirstTime_IsDoneTheSecond()
    {
        _ = Store.Count();
        var times = 0;

        var ids = Store.Database.Write(db =>
        {
            db.Execute("INSERT INTO webhook_events (event_id, received_at) VALUES ('stood', 1)");
            if (++times == 1)
            {
                var session = db.Execute<int>("SELECT pg_backend_pid()");
                db.Execute("SET LOCAL idle_in_transaction_session_timeout = 1");
                Assert.True(SpinWait.SpinUntil(() => Rows($"SELECT count(*)::text FROM pg_stat_activity WHERE pid = {session}") is ["0"], Poll.Deadline));
            }

            return db.Query<string>("SELECT event_id FROM webhook_events").ToList();
        });

        Assert.Equal((2, "stood"), (times, Assert.Single(ids)));
        Assert.Equal(["stood"], Rows("SELECT event_id FROM webhook_events"));
    }

    [Fact]
    public void Commit_SeveralMonths_MakesAPartitionEachAndNoneForFarAwayTimes()
    {
        Commit([FromHttp(
            Paid("this", at: July), Paid("next", at: July.AddDays(10)), Paid("before", at: July.AddYears(-1)),
            Paid("ancient", at: July.AddYears(-40)), Paid("future", at: July.AddMonths(3)))]);

        Assert.Equal(
            ["transactions_2017_07", "transactions_2018_07", "transactions_2018_08", "transactions_other"],
            Rows("SELECT DISTINCT tableoid::regclass::text FROM transactions ORDER BY 1"));
    }

    /// <summary>A node of before writes rows in its commits: this version's reader would take its payments for repeats of themselves.</summary>
    [Fact]
    public void Open_ProgramOfBeforeCommittedJustNow_WaitsUntilItIsStopped()
    {
        Commit([FromHttp(Paid("a"))]);
        Execute(WithoutPlaces() + "; UPDATE journal SET stored_at = extract(epoch FROM clock_timestamp()) * 1000");
        using (var early = Create())
        {
            Assert.Throws<StoreUnavailableException>(early.Open);
        }

        Execute("UPDATE journal SET stored_at = (extract(epoch FROM clock_timestamp()) - 61) * 1000");
        using var upgraded = Create();
        upgraded.Open();
        Assert.Equal(1, upgraded.Rows.ReadPositions()[0]);
    }

    [Fact]
    public void Commit_MonthAlreadyInTheDefaultPartition_StaysThere()
    {
        Commit([FromHttp(Paid("early", at: July.AddMonths(3)))]);
        using var later = new PostgresStore(_options, Topic, new FixedTime(July.AddMonths(3)));
        later.Open();

        var batch = FromHttp(Paid("timely", at: July.AddMonths(3)), Paid("early", at: July));
        var pages = new[] { batch }.PagesOf(Owned.Next(batch));
        Assert.Empty(later.Commit(pages));
        later.WriteRows(pages);

        Assert.Equal(["transactions_other"], Rows("SELECT DISTINCT tableoid::regclass::text FROM transactions"));
        Assert.Equal(2, later.Count().Results);
    }

    [Theory]
    [InlineData(FlaggedOrder.Time)]
    [InlineData(FlaggedOrder.Score)]
    [InlineData(FlaggedOrder.Amount)]
    public void List_ByItsOrder_FollowsAnIndex(FlaggedOrder order)
    {
        Commit([FromHttp(Paid("this", at: July, decision: Decision.Block), Paid("next", at: July.AddDays(40), decision: Decision.Block))]);
        var (sql, values) = FlaggedSql.List(new FlaggedQuery(50, Status: CaseStatus.New, Order: order), '$');
        using var connection = new NpgsqlConnection(_options.Postgres);
        connection.Open();
        // Two rows are sorted sooner than found by an index; what matters is that there is another way.
        connection.Execute("SET enable_sort = off");
        var plan = string.Join('\n', connection.Query("EXPLAIN " + sql, static row => row.GetString(0), [.. values]));

        Assert.DoesNotContain("Sort  (", plan, StringComparison.Ordinal);
    }

    [Fact]
    public void Commit_Features_AreReadableInSql()
    {
        Commit([FromHttp(Paid("a"))]);

        Assert.Equal(["0.5 1.5"], Rows("SELECT features[1] || ' ' || features[2] FROM transactions"));
    }

    [Fact]
    public void Commit_ConnectionCut_IsUnavailableOnceAndRightWhenRepeated()
    {
        Commit([FromKafka(0, Paid("a", offset: 1, decision: Decision.Block))]);
        Rows("SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        var batch = FromKafka(0, Paid("a", offset: 1, decision: Decision.Block), Paid("b", offset: 2, decision: Decision.Block));

        Assert.Throws<StoreUnavailableException>(() => Commit([batch]));
        Commit([batch]);

        Assert.Equal((2, 2), (Store.Count().Results, Store.Count().Alerts));
        Assert.Equal(3, Store.ReadOffsets(Topic)[0]);
    }

    [Fact]
    public void Commit_AnotherNodeHoldsTheId_IsUnavailableAfterTheBusyTimeout()
    {
        _ = Store.Count();
        using var other = new NpgsqlConnection(_options.Postgres);
        other.Open();
        using var transaction = other.BeginTransaction();
        using var insert = new NpgsqlCommand("INSERT INTO transaction_ids VALUES ('a', 1, 1)", other);
        insert.ExecuteNonQuery();

        Assert.Throws<StoreUnavailableException>(() => Commit([FromHttp(Paid("a"))]));
        transaction.Rollback();
        Commit([FromHttp(Paid("a"))]);

        Assert.Equal(1, Store.Count().Results);
    }

    [Fact]
    public void Ping_ReadOnlyDatabase_IsUnavailable()
    {
        var commits = Owned.Next(FromHttp(Paid("a")));
        Execute($"ALTER DATABASE {new NpgsqlConnectionStringBuilder(_options.Postgres).Database} SET default_transaction_read_only = on");
        using var fresh = new PostgresStore(
            new StorageOptions { Kind = StoreKind.Postgres, Postgres = _options.Postgres + ";Application Name=fresh" },
            Topic, TimeProvider.System);

        Assert.Throws<StoreUnavailableException>(fresh.Ping);
        Assert.Throws<StoreUnavailableException>(() => fresh.Commit([FromHttp(Paid("a"))], commits));
    }

    [Fact]
    public void Open_TwoNodesAtOnce_BothSucceed()
    {
        using var one = Create();
        using var two = Create();

        Parallel.Invoke(one.Open, two.Open);

        Assert.Equal(default, one.Count());
    }

    [Fact]
    public async Task Commit_ServerCrashesAndComesBack_GoesOn()
    {
        var batch = FromKafka(0, Paid("a", offset: 1), Paid("b", offset: 2));
        Commit([FromKafka(0, Paid("a", offset: 1))]);

        await server.StopAsync();
        Assert.Throws<StoreUnavailableException>(() => Commit([batch]));
        Assert.Throws<StoreUnavailableException>(Store.Ping);
        Assert.Throws<StoreUnavailableException>(() => Store.Positions.Take("alerts", 0, 1));
        await server.StartServerAsync();
        NpgsqlConnection.ClearAllPools();

        Commit([batch]);
        Assert.Equal(2, Store.Count().Results);
        Assert.Equal(3, Store.ReadOffsets(Topic)[0]);
    }

    [Fact]
    public async Task Claim_FormerOwnerStoppedInMidCommit_IsHeldUpNoLongerThanTheServerAllows()
    {
        _ = Owned;
        using var stopped = new NpgsqlConnection(_options.Postgres);
        stopped.Open();
        using var transaction = stopped.Begin(TimeSpan.FromSeconds(5));
        stopped.Execute("UPDATE shards SET sequence = sequence + 1 WHERE shard = 0");

        ShardHead? head = null;
        await Poll.Until(() =>
        {
            try
            {
                head = Store.Claim(0, new NodeIdentity("next", ""));
                return true;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        });

        Assert.Equal(0, head!.Sequence);
        Assert.ThrowsAny<NpgsqlException>(() => transaction.Commit());
    }

    [Fact]
    public void Open_TablesOfALaterVersion_Refuses()
    {
        _ = Store.Count();
        Execute("UPDATE schema_version SET version = version + 1");
        using var later = Create();

        Assert.Contains("version", Assert.Throws<InvalidOperationException>(later.Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAlerts_AnotherNodeCommitsLaterWhatItBeganBefore_WaitsForIt()
    {
        _ = Owned;
        Assert.Equal(0, Store.Cases.AlertHead());
        using var slow = new NpgsqlConnection(_options.Postgres);
        slow.Open();
        using var transaction = slow.BeginTransaction();
        // As a commit of another node does: a place first, the row later.
        var place = slow.Query("SELECT nextval('transactions_position')", static row => row.GetInt64(0))[0];
        Commit([FromHttp(Paid("quick", decision: Decision.Block))]);

        Assert.Empty(Store.Cases.ReadAlerts(0, 10).Alerts);
        Assert.Empty(Store.Cases.ReadAlerts(0, 10).Alerts);
        slow.Execute(
            """
            INSERT INTO transactions SELECT $1, 'slow', shard, card_id, terminal_id, amount_minor, currency, event_time, source, fraud_score,
                decision, reasons, model, model_version, review_threshold, block_threshold, features, kafka_offset, scored_at FROM transactions
            """,
            place);
        transaction.Commit();

        AlertPage? page = null;
        await Poll.Until(() => (page = Store.Cases.ReadAlerts(0, 10)).Alerts.Count > 0);
        Assert.Equal(["slow", "quick"], page!.Alerts.Select(static alert => alert.TransactionId));
    }

    [Fact]
    public void List_TakesTooLong_IsUnavailableAndHoldsUpNoCommit()
    {
        Commit([FromHttp(Paid("a", decision: Decision.Block))]);
        using var other = new NpgsqlConnection(_options.Postgres);
        other.Open();
        using (var transaction = other.BeginTransaction())
        {
            other.Execute("LOCK TABLE cases IN ACCESS EXCLUSIVE MODE");

            Assert.Throws<StoreUnavailableException>(() => Store.Cases.List(new FlaggedQuery(10)));
            Commit([FromHttp(Paid("b", decision: Decision.Block))]);
        }

        Assert.Equal(2, Store.Cases.List(new FlaggedQuery(10)).Count);
    }

    [Fact]
    public void Ask_TakesTooLong_IsUnavailable()
    {
        _ = Store.Count();
        using var other = new NpgsqlConnection(_options.Postgres);
        other.Open();
        using (var transaction = other.BeginTransaction())
        {
            other.Execute("LOCK TABLE webhook_events IN ACCESS EXCLUSIVE MODE");

            Assert.Throws<StoreUnavailableException>(() => new WebhookQueries(Store.Database, TimeProvider.System).Knows("event"));
        }

        Assert.False(new WebhookQueries(Store.Database, TimeProvider.System).Knows("event"));
    }

    [Fact]
    public void List_ManyMonths_UsesTheIndexOfFlaggedPayments()
    {
        Commit([FromHttp([.. Enumerable.Range(0, 300).Select(static i =>
            Paid($"p{i}", at: July.AddDays(-i), decision: i % 50 == 0 ? Decision.Block : Decision.Approve))])]);
        var (sql, values) = FlaggedSql.List(new FlaggedQuery(5), '$');

        // Few rows: it would read them all, if it might.
        var plan = string.Join('\n', Rows($"SET enable_seqscan = off; EXPLAIN {sql.Replace("$1", values[0].ToString(), StringComparison.Ordinal).Replace("$2", "0", StringComparison.Ordinal)}"));

        Assert.Contains("Merge Append", plan, StringComparison.Ordinal);
        Assert.Contains("transactions_2018_07_event_time_position_idx", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort  ", plan, StringComparison.Ordinal);
    }

    private List<string> Rows(string sql)
    {
        using var connection = new NpgsqlConnection(_options.Postgres);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
