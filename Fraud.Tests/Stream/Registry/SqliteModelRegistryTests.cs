using Fraud.Stream.Storage;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Registry;

public sealed class SqliteModelRegistryTests : ModelRegistryContract
{
    private readonly TempFolder _folder = new();

    private StorageOptions Options => new() { SqliteFile = _folder.File("fraud.db") };

    protected override string Bytes => "x'00'";

    protected override IFraudStore Create() => new SqliteStore(Options, "transactions", TimeProvider.System);

    protected override void Execute(string sql)
    {
        using var connection = new SqliteConnection(Options);
        connection.Execute(sql);
    }

    protected override long Count(string table)
    {
        using var connection = new SqliteConnection(Options);
        var query = connection.Prepare($"SELECT count(*) FROM {table}");
        Assert.True(query.Step());
        return query.Integer(0);
    }

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }
}
