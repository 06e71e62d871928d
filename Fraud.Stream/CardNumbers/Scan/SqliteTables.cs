using Fraud.Stream.Storage;
using SQLitePCL;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>One SQLite file.</summary>
/// <param name="connection">Disposed of with this.</param>
/// <param name="isEvents">events.db, whose tables are not upgraded here.</param>
internal sealed class SqliteTables(SqliteConnection connection, bool isEvents) : IScannedStore
{
    private const string Triggers = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'";

    public IRegistrySession Session { get; } = new SqliteRegistrySession(connection.PrepareOnce, () => connection.Changes);

    public IReadOnlyList<StoreTable> Tables()
    {
        var columns = Session.Query(
            """
            SELECT t.name, c.name, upper(c.type), c.pk
            FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY t.name, c.cid
            """,
            static row => (Table: row.Text(0), Name: row.Text(1), Type: row.Text(2), Key: row.Integer(3)));
        return
        [
            .. columns.GroupBy(static column => column.Table, StringComparer.Ordinal)
                .Select(static table => new StoreTable(
                    table.Key,
                    [.. table.Where(static column => column.Key > 0).OrderBy(static column => column.Key).Select(static column => column.Name).DefaultIfEmpty("rowid")],
                    [
                        .. table.Where(static column => column.Type is "TEXT" or "BLOB" or "")
                            .Select(column => new StoreColumn(column.Name, StoreCatalog.Of(table.Key, column.Name))),
                    ]))
                .Where(static table => table.Columns.Count > 0),
        ];
    }

    public void Change(string table, Action work) => connection.InTransaction(() =>
    {
        if (table != IScannedStore.AuditTable)
        {
            work();
            return;
        }

        var triggers = Session.Query(Triggers, static row => (Name: row.Text(0), Sql: row.Text(1)));
        foreach (var (name, _) in triggers)
        {
            connection.Execute($"DROP TRIGGER {name}");
        }

        work();
        foreach (var (_, sql) in triggers)
        {
            connection.Execute(sql);
        }
    });

    public bool TryRun(string sql, params object[] values) =>
        Session.Run(sql.Replace("UPDATE ", "UPDATE OR IGNORE ", StringComparison.Ordinal), values) > 0;

    public void Upgrade()
    {
        if (!isEvents)
        {
            SqliteUpgrade.Run(connection);
        }
    }

    /// <remarks>Also what the service itself removed over the years lies in free pages until then, and all of it in the log.</remarks>
    public void Compact()
    {
        connection.Execute("VACUUM");
        if (!connection.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE).IsDone)
        {
            throw new StoreUnavailableException("The write-ahead log cannot be emptied.", new IOException("SQLite did not finish the checkpoint."));
        }
    }

    public void Dispose() => connection.Dispose();
}
