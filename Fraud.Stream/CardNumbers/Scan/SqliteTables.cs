using Fraud.Stream.Storage;
using SQLitePCL;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>The SQLite files of a store, on one connection; or that of its events.</summary>
internal sealed class SqliteTables : IScannedStore
{
    private readonly SqliteConnection _connection;
    private readonly bool _hasJournal;
    private bool _isTogether;

    /// <param name="connection">Disposed of with this.</param>
    /// <param name="journal">The file of the journal; null where there is none.</param>
    public SqliteTables(SqliteConnection connection, string? journal)
    {
        _connection = connection;
        Session = new SqliteSqlSession(connection.PrepareOnce, () => connection.Changes);
        if (journal is not null)
        {
            connection.Prepare("ATTACH ?1 AS pages").Text(1, journal).Run();
            _hasJournal = true;
        }
    }

    private const string Triggers = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'";

    public ISqlSession Session { get; }

    public IReadOnlyList<StoreTable> Tables()
    {
        var tables = _hasJournal ? "(SELECT type, name FROM main.sqlite_schema UNION ALL SELECT type, name FROM pages.sqlite_schema)" : "sqlite_schema";
        var columns = Session.Query(
            $"""
            SELECT t.name, c.name, upper(c.type), c.pk
            FROM {tables} AS t JOIN pragma_table_info(t.name) AS c
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

    public void Together(Action work) => _connection.InTransaction(() =>
    {
        _isTogether = true;
        try
        {
            work();
        }
        finally
        {
            _isTogether = false;
        }
    });

    public void Change(string table, Action work)
    {
        if (_isTogether)
        {
            ChangeIn(table, work);
        }
        else
        {
            _connection.InTransaction(() => ChangeIn(table, work));
        }
    }

    private void ChangeIn(string table, Action work)
    {
        if (table != IScannedStore.AuditTable)
        {
            work();
            return;
        }

        var triggers = Session.Query(Triggers, static row => (Name: row.Text(0), Sql: row.Text(1)));
        foreach (var (name, _) in triggers)
        {
            _connection.Execute($"DROP TRIGGER {name}");
        }

        work();
        foreach (var (_, sql) in triggers)
        {
            _connection.Execute(sql);
        }
    }

    public bool TryRun(string sql, params object[] values) =>
        Session.Run(sql.Replace("UPDATE ", "UPDATE OR IGNORE ", StringComparison.Ordinal), values) > 0;

    // It was, before the files were locked.
    public void Upgrade()
    {
    }

    /// <remarks>Also what the service itself removed over the years lies in free pages until then, and all of it in the log.</remarks>
    public void Compact(IReadOnlySet<string>? changed = null)
    {
        _connection.Execute("VACUUM");
        if (_hasJournal)
        {
            _connection.Execute("VACUUM pages");
        }

        if (!_connection.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE).IsDone)
        {
            throw new StoreUnavailableException("The write-ahead log cannot be emptied.", new IOException("SQLite did not finish the checkpoint."));
        }
    }

    public void Dispose() => _connection.Dispose();
}
