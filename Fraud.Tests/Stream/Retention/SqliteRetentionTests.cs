using Fraud.Stream.Retention;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Retention;

public sealed class SqliteRetentionTests : RetentionContract
{
    private readonly TempFolder _folder = new();
    private readonly StorageOptions _options;

    public SqliteRetentionTests() => _options = new StorageOptions { SqliteFile = _folder.File("fraud.db") };

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    /// <summary>What leaves makes room for what comes: the file of a service that keeps a week is that of a week.</summary>
    [Fact]
    public void Remove_WhileAsManyCome_TheFileStaysAsLarge()
    {
        var sizes = new List<long>();
        for (var month = 0; month < 6; month++)
        {
            var at = Cut.AddMonths(month);
            Owned.Commit(FromHttp([.. Enumerable.Range(0, 2_000).Select(i => Paid($"{month}-{i}", at: at))]));
            RemoveAll(at.AddDays(-1));
            using var connection = new SqliteConnection(_options);
            connection.Checkpoint(SQLitePCL.raw.SQLITE_CHECKPOINT_TRUNCATE);
            sizes.Add(new FileInfo(_options.SqliteFile).Length);
        }

        Assert.InRange(sizes[^1], sizes[1] / 2, sizes[1] * 11 / 10);
    }

    protected override IFraudStore Create() => StoreFactory.Create(_options, Topic, TimeProvider.System);

    protected override void Execute(string sql)
    {
        _ = Store.Count();
        using var connection = new SqliteConnection(_options);
        connection.Execute(sql);
    }

    protected override IReadOnlyList<string> Read(string sql)
    {
        using var connection = new SqliteConnection(_options);
        var query = connection.Prepare(sql);
        var rows = new List<string>();
        while (query.Step())
        {
            rows.Add(query.Text(0));
        }

        return rows;
    }
}
