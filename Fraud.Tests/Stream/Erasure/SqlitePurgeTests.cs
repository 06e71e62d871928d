using System.Text;
using Fraud.Stream.CardNumbers.Scan;
using Fraud.Stream.Events;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.CardNumbers.Scan;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Erasure;

public sealed class SqlitePurgeTests : StorePurgeContract
{
    private readonly TempFolder _folder = new();

    public SqlitePurgeTests()
    {
        Options = new StorageOptions { SqliteFile = _folder.File("fraud.db") };
        new EventsFile(Options).Ensure();
    }

    protected override StorageOptions Options { get; }

    [Fact]
    public void Purge_ServiceHasTheFile_IsRefusedAndChangesNothing()
    {
        Fill();
        var rows = Rows();
        using (Open())
        {
            Assert.Throws<StoreInUseException>(() => Purge("cust-4711-anna"));
        }

        Assert.Equal(rows, Rows());
    }

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    protected override string Dump() => StoreDump.Of(_folder);

    protected override string Rows()
    {
        var text = new StringBuilder();
        foreach (var file in (string[])[Options.SqliteFile, Options.JournalFile])
        {
            using var connection = new SqliteConnection(Options.ForFile(file));
            foreach (var table in Names(connection))
            {
                // Each opening of the store counts there.
                var rows = connection.Prepare($"SELECT * FROM {table}{(table == "shards" ? " WHERE false" : "")}");
                var columns = connection.Prepare($"SELECT count(*) FROM pragma_table_info('{table}')");
                columns.Step();
                while (rows.Step())
                {
                    for (var i = 0; i < columns.Integer(0); i++)
                    {
                        text.Append(rows.IsNull(i) ? "-" : Convert.ToHexString(rows.Blob(i))).Append(' ');
                    }

                    text.AppendLine(table);
                }
            }
        }

        return text.ToString();
    }

    private static List<string> Names(SqliteConnection connection)
    {
        var names = new List<string>();
        var query = connection.Prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name");
        while (query.Step())
        {
            names.Add(query.Text(0));
        }

        return names;
    }
}
