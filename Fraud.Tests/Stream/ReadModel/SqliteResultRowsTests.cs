using System.Globalization;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using SqliteConnection = Fraud.Stream.Storage.SqliteConnection;

namespace Fraud.Tests.Stream.ReadModel;

public sealed class SqliteResultRowsTests : ResultRowsContract
{
    private readonly TempFolder _folder = new();

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    protected override IFraudStore OpenDatabase(string name) => StoreFactory.Create(Options(name), Topic, new FakeTimeProvider(StoredPayments.July));

    protected override IReadOnlyList<string> Read(string name, string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection("Data Source=" + Options(name).SqliteFile);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i =>
                reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    protected override void Execute(string name, string sql)
    {
        using var connection = new SqliteConnection(Options(name));
        connection.Execute(sql);
    }

    protected override string BreakInserts(string table) =>
        $"CREATE TRIGGER broken_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken by the test'); END";

    protected override string RefuseRows(string condition) =>
        $"CREATE TRIGGER refuse_rows BEFORE INSERT ON transactions WHEN {condition} BEGIN SELECT RAISE(ABORT, 'secret of the card'); END";

    protected override string TakeRows() => "DROP TRIGGER refuse_rows";

    protected override string RepairInserts(string table) => $"DROP TRIGGER broken_{table}";

    protected override string WithoutPlaces() => EarlierTables.SqliteOutbox + EarlierTables.InOneFile(Options("rows").JournalFile) +
        "ALTER TABLE transactions DROP COLUMN sequence; ALTER TABLE transactions DROP COLUMN ordinal; DROP TABLE reader_positions; DROP TABLE repeated_payments; PRAGMA user_version = 6";

    protected override string WithoutRefusedRows() => "DROP TABLE refused_rows; PRAGMA user_version = 9";

    private StorageOptions Options(string name) => new() { SqliteFile = _folder.File(name + ".db"), FeatureSample = 1 };
}
