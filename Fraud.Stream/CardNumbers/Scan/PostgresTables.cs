using System.Data;
using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>The tables of a PostgreSQL store, on one connection.</summary>
internal sealed class PostgresTables : IScannedStore
{
    // A table of many million rows is written again.
    private const int CompactTimeoutSeconds = 86_400;

    private const string Columns = """
        SELECT c.relname::text, a.attname::text
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_type AS t ON t.oid = a.atttypid
        WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND t.typname IN ('text', 'varchar', 'bpchar', 'json', 'jsonb', 'bytea')
        ORDER BY c.relname, a.attnum
        """;

    private const string Keys = """
        SELECT c.relname::text, a.attname::text
        FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.number
        WHERE i.indisprimary AND n.nspname = current_schema() ORDER BY c.relname, k.place
        """;

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private bool _isTogether;

    public PostgresTables(string connectionString)
    {
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "fraud store scan" });
        try
        {
            _connection = _source.OpenConnection();
        }
        catch
        {
            _source.Dispose();
            throw;
        }

        Session = new PostgresSqlSession(_connection);
    }

    public ISqlSession Session { get; }

    public IReadOnlyList<StoreTable> Tables()
    {
        var keys = _connection.Query(Keys, static row => (Table: row.GetString(0), Name: row.GetString(1))).ToLookup(static key => key.Table, static key => key.Name);
        return
        [
            .. _connection.Query(Columns, static row => (Table: row.GetString(0), Name: row.GetString(1)))
                .GroupBy(static column => column.Table, StringComparer.Ordinal)
                .Select(table => new StoreTable(
                    table.Key, [.. keys[table.Key]], [.. table.Select(column => new StoreColumn(column.Name, StoreCatalog.Of(table.Key, column.Name)))])),
        ];
    }

    public void Together(Action work)
    {
        using var transaction = _connection.BeginTransaction();
        _isTogether = true;
        try
        {
            work();
        }
        finally
        {
            _isTogether = false;
        }

        transaction.Commit();
    }

    public void Change(string table, Action work)
    {
        if (_isTogether)
        {
            ChangeIn(table, work);
            return;
        }

        using var transaction = _connection.BeginTransaction();
        ChangeIn(table, work);
        transaction.Commit();
    }

    private void ChangeIn(string table, Action work)
    {
        if (table == IScannedStore.AuditTable)
        {
            // For as long as the transaction: a failure leaves the log as closed as before.
            _connection.Execute("ALTER TABLE audit DISABLE TRIGGER audit_append_only");
            work();
            _connection.Execute("ALTER TABLE audit ENABLE TRIGGER audit_append_only");
        }
        else
        {
            work();
        }
    }

    public bool TryRun(string sql, params object[] values)
    {
        _connection.Execute("SAVEPOINT clash");
        try
        {
            var isWritten = Session.Run(sql, values) > 0;
            _connection.Execute("RELEASE SAVEPOINT clash");
            return isWritten;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            _connection.Execute("ROLLBACK TO SAVEPOINT clash");
            return false;
        }
    }

    public void Upgrade() => PostgresUpgrade.Run(_connection, _source);

    /// <remarks>The planner's statistics hold samples of columns, so they are made again as well.</remarks>
    public void Compact(IReadOnlySet<string>? changed = null)
    {
        foreach (var table in Tables().Where(table => changed?.Contains(table.Name) ?? true))
        {
            using var command = new NpgsqlCommand($"VACUUM (FULL, ANALYZE) \"{table.Name}\"", _connection) { CommandTimeout = CompactTimeoutSeconds };
            command.ExecuteNonQuery();
        }
    }

    public void Dispose()
    {
        LetGo();
        _connection.Dispose();
        _source.Dispose();
    }

    // At once: the server notices a moment later that a connection has ended, and until then a command that wants the store for itself is refused.
    private void LetGo()
    {
        if (_connection.State != ConnectionState.Open)
        {
            return;
        }

        try
        {
            _connection.Execute("SELECT pg_advisory_unlock_all()");
        }
        catch (NpgsqlException)
        {
            // A server that is away, or has ended the session, has let go of them.
        }
    }
}
