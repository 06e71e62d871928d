using System.Globalization;
using Fraud.Model;
using Fraud.Stream.Cases;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using LinqToDB.Data;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

public sealed class SqliteStoreTests : FraudStoreContract
{
    private readonly TempFolder _folder = new();
    private readonly StorageOptions _options;

    public SqliteStoreTests() => _options = new StorageOptions
    {
        SqliteFile = _folder.File("sub/fraud.db"),
        BusyTimeout = TimeSpan.FromMilliseconds(20),
    };

    protected override IFraudStore Create() => StoreFactory.Create(_options, Topic, TimeProvider.System);

    protected override void Execute(string sql)
    {
        Directory.CreateDirectory(_folder.File("sub"));
        using var connection = new SqliteConnection(_options);
        connection.Execute(sql);
    }

    protected override void ExecuteOnJournal(string sql)
    {
        using var connection = new SqliteConnection(_options.ForFile(_options.JournalFile));
        connection.Execute(sql);
    }

    protected override string BreakInserts(string table) =>
        $"CREATE TRIGGER broken_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken by the test'); END";

    protected override string FirstVersionOf() => FirstVersion.Sqlite + FirstVersion.Rows("x'0000C03F'", "0", "1");

    protected override string WithoutCommitIds() => WithoutPlaces() + "; ALTER TABLE shards DROP COLUMN commit_id; PRAGMA user_version = 5";

    protected override string WithOutbox() => EarlierTables.SqliteOutbox + "PRAGMA user_version = 8";

    protected override string WithoutPlaces() => EarlierTables.SqliteOutbox + EarlierTables.InOneFile(_options.JournalFile) +
        "ALTER TABLE transactions DROP COLUMN sequence; ALTER TABLE transactions DROP COLUMN ordinal; DROP TABLE reader_positions; DROP TABLE repeated_payments; PRAGMA user_version = 6";

    protected override string SecondVersionOf() => WithoutCommitIds() + "; DROP TABLE api_keys; DROP TABLE audit; PRAGMA user_version = 2";

    protected override string RepairInserts(string table) => $"DROP TRIGGER broken_{table}";

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(FlaggedOrder.Time, null)]
    [InlineData(FlaggedOrder.Score, null)]
    [InlineData(FlaggedOrder.Amount, null)]
    [InlineData(FlaggedOrder.Score, CaseStatus.New)]
    [InlineData(FlaggedOrder.Amount, CaseStatus.New)]
    public void List_ByItsOrder_FollowsAnIndex(FlaggedOrder order, CaseStatus? status)
    {
        _ = Store.Count();
        var (sql, _) = FlaggedSql.List(new FlaggedQuery(50, After: new FlaggedPlace(9, 9, 9), Status: status, Order: order), '?');
        using var connection = new SqliteConnection(_options);
        var plan = connection.Prepare("EXPLAIN QUERY PLAN " + sql);
        var steps = new List<string>();
        while (plan.Step())
        {
            steps.Add(plan.Text(3));
        }

        plan.Reset();
        Assert.DoesNotContain(steps, static step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.Contains($"flagged_{order.ToString().ToLowerInvariant()}", StringComparison.Ordinal));
    }

    [Fact]
    public void Commit_FileLockedByAnotherProcess_IsUnavailableUntilReleased()
    {
        _ = Store.Count();
        using (var other = new SqliteConnection(_options.ForFile(_options.JournalFile)))
        {
            other.Execute("BEGIN IMMEDIATE");
            Assert.Throws<StoreUnavailableException>(() => Commit([FromHttp(Paid("a"))]));
            other.Execute("ROLLBACK");
        }

        Commit([FromHttp(Paid("a"))]);
        Assert.Equal(1, Store.Count().Results);
    }

    [Fact]
    public void Commit_DiskFull_IsUnavailableAndLeavesNothing()
    {
        _ = Store.Count();
        var writer = new SqliteConnection(_options.ForFile(_options.JournalFile));
        var owned = Owned;
        var pages = writer.Prepare("PRAGMA page_count");
        Assert.True(pages.Step());
        // Room for a few payments beyond the empty tables.
        writer.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages.Integer(0) + 8}"));
        pages.Reset();
        using var disposed = writer;
        var full = new SqliteJournal(writer);
        var many = FromHttp([.. Enumerable.Range(0, 1_000).Select(static i => Paid($"p{i}", decision: Decision.Block))]);

        Assert.Throws<StoreUnavailableException>(() => full.Commit(new[] { many }.PagesOf(owned.Next(many)), nowMs: 0));
        Assert.Empty(Journal());

        // The same connection goes on when there is room again.
        var small = FromHttp(Paid("small"));
        Assert.Empty(full.Commit(new[] { small }.PagesOf(owned.Next(small)), nowMs: 0));
        Assert.Single(Journal());
    }

    [Fact]
    public void Read_TakesTooLong_IsUnavailableAndTheNextOneIsServed()
    {
        _ = Store.Count();
        using var readers = new SqliteQuestions(new StorageOptions { SqliteFile = _options.SqliteFile, ReadTimeout = TimeSpan.FromSeconds(1), ReadConnections = 1 }, TimeProvider.System);

        Assert.Throws<StoreUnavailableException>(() => readers.Read(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", [], static row => row.Integer(0)));
        Assert.Equal([1L], readers.Read("SELECT 1", [], static row => row.Integer(0)));
    }

    [Fact]
    public void Ask_TakesTooLong_IsUnavailableAndTheNextOneIsServed()
    {
        _ = Store.Count();
        using var readers = new SqliteQuestions(new StorageOptions { SqliteFile = _options.SqliteFile, ReadTimeout = TimeSpan.FromSeconds(1), ReadConnections = 1 }, TimeProvider.System);
        var database = new SqliteDatabase(static () => throw new InvalidOperationException(), static () => throw new InvalidOperationException(), readers);

        Assert.Throws<StoreUnavailableException>(() => database.Ask(static db =>
            db.Execute<long>("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")));
        Assert.Equal(1, database.Ask(static db => db.Execute<long>("SELECT 1")));
    }

    [Fact]
    public void Checkpoint_BesideALongRead_HoldsUpNoCommit()
    {
        var patient = new StorageOptions { SqliteFile = _options.SqliteFile, BusyTimeout = TimeSpan.FromSeconds(5) };
        using var store = StoreFactory.Create(patient, Topic, TimeProvider.System);
        _ = Store.Count();
        store.Open();
        var owned = store.OwnAll(1, "patient");
        owned.Commit(FromHttp(Paid("first")));
        using var reading = SqliteConnection.ForReading(_options);
        reading.Execute("BEGIN");
        var query = reading.Prepare("SELECT count(*) FROM transactions");
        Assert.True(query.Step());

        // More than the log may hold before it is moved, in each round.
        var slowest = TimeSpan.Zero;
        for (var round = 0; round < 20; round++)
        {
            var batch = FromHttp([.. Enumerable.Range(0, 5_000).Select(i => Paid($"{round}-{i}"))]);
            var started = TimeProvider.System.GetTimestamp();
            owned.Commit(batch);
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            slowest = elapsed > slowest ? elapsed : slowest;
        }

        Assert.True(new FileInfo(_options.SqliteFile + "-wal").Length > 16 << 20);
        // SQLite would wait for the reader as long as BusyTimeout says, which here is longer than any commit.
        Assert.True(slowest < TimeSpan.FromSeconds(4), $"{slowest}");
        Assert.Equal(100_001, store.Count().Results);
    }

    [Fact]
    public void List_WithoutFilter_UsesTheIndexOfFlaggedPayments()
    {
        _ = Store.Count();
        using var connection = new SqliteConnection(_options);
        var (sql, _) = FlaggedSql.List(new FlaggedQuery(5, After: new FlaggedPlace(1, 1)), '?');
        var query = connection.Prepare("EXPLAIN QUERY PLAN " + sql);
        var plan = "";
        while (query.Step())
        {
            plan += query.Text(3) + "\n";
        }

        Assert.Contains("transactions_flagged_time", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    [Fact]
    public void Commit_Features_AreStoredAsLittleEndianFloats()
    {
        Commit([FromHttp(Paid("a"))]);

        using var connection = new SqliteConnection(_options);
        var query = connection.Prepare("SELECT hex(substr(features, 5, 4)), length(features) FROM transactions");
        Assert.True(query.Step());
        Assert.Equal("0000C03F", query.Text(0));
        Assert.Equal(4 * Fraud.Model.Features.FeatureCatalog.Count, query.Integer(1));
    }
}
