using System.Globalization;
using Npgsql;

namespace Fraud.Stream.Storage.Copy;

/// <summary>The PostgreSQL database that a store is copied into. Not thread-safe.</summary>
internal sealed class CopyTarget : IDisposable
{
    private const string Columns = """
        SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL)
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        ORDER BY c.relname, a.attnum
        """;

    // For one word of the server: a chunk is in after milliseconds, and statistics of a large table after seconds.
    private const int TimeoutSeconds = 600;

    private readonly NpgsqlDataSource _source;

    private CopyTarget(string connectionString)
    {
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "fraud store copy",
            CommandTimeout = TimeoutSeconds,
            // What it says of a row that it refuses has the row's values.
            IncludeErrorDetail = false,
        });
        try
        {
            Connection = _source.OpenConnection();
        }
        catch
        {
            _source.Dispose();
            throw;
        }
    }

    public NpgsqlConnection Connection { get; }

    /// <exception cref="StoreCopyException">It is not empty, or a node uses it.</exception>
    public static CopyTarget Open(string connectionString)
    {
        var target = new CopyTarget(connectionString);
        try
        {
            target.CheckAlone();
            target.CheckEmpty();
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    /// <summary>Makes the tables, under a version that no program takes.</summary>
    /// <param name="hasOutbox">Whether the store still has what an earlier version had to send.</param>
    public void Begin(bool hasOutbox)
    {
        PostgresUpgrade.Run(Connection, _source);
        if (hasOutbox)
        {
            PostgresEarlierOutbox.Make(Connection);
        }

        Connection.Execute("UPDATE schema_version SET version = $1", PostgresSchema.CopyUnfinished);
    }

    /// <summary>All tables of the schema; partitions belong to theirs.</summary>
    public IReadOnlyList<DescribedTable> Tables() =>
    [
        .. Connection.Query(Columns, static row => (Table: row.GetString(0), Name: row.GetString(1), Type: row.GetString(2)))
            .GroupBy(static column => column.Table, StringComparer.Ordinal)
            .Select(static table => new DescribedTable(table.Key, [.. table.Select(static column => (column.Name, column.Type))])),
    ];

    /// <summary>Adds rows, all or none of them.</summary>
    /// <param name="rows">Of the table's columns, in binary form, with beginning and end.</param>
    /// <exception cref="StoreCopyException">PostgreSQL does not take one of them.</exception>
    public void Write(CopiedTable table, ReadOnlySpan<byte> rows)
    {
        try
        {
            using var copy = Connection.BeginRawBinaryCopy($"COPY {CopiedTable.Quoted(table.Name)} ({table.ColumnList}) FROM STDIN (FORMAT BINARY)");
            copy.Write(rows);
        }
        catch (PostgresException error) when (error.SqlState.StartsWith("22", StringComparison.Ordinal) || error.SqlState.StartsWith("23", StringComparison.Ordinal))
        {
            // A value that it cannot hold, or a row that is there; the text has no values.
            throw new StoreCopyException($"{table.Name}: expected rows that PostgreSQL takes ({error.MessageText}); {StartOver}", error);
        }
    }

    /// <summary>So that the first questions do not read whole tables.</summary>
    public void Analyze(CopiedTable table) => Connection.Execute($"ANALYZE {CopiedTable.Quoted(table.Name)}");

    /// <summary>What the table holds, read on a connection of its own.</summary>
    public RowDigest Digest(CopiedTable table, PostgresCopyBuffer row, Action<long> progress)
    {
        var digest = new RowDigest();
        using var connection = _source.OpenConnection();
        using var stream = connection.BeginRawBinaryCopy(
            $"COPY (SELECT {table.ColumnList} FROM {CopiedTable.Quoted(table.Name)}) TO STDOUT (FORMAT BINARY)");
        var rows = new PostgresCopyReader(stream);
        while (rows.NextRow())
        {
            row.Drop();
            row.Row((short)table.Columns.Count);
            for (var i = 0; i < table.Columns.Count; i++)
            {
                _ = rows.TryField(out var bytes) ? row.Bytes(bytes) : row.Null();
            }

            digest.Add(row.Written);
            progress(digest.Rows);
        }

        return digest;
    }

    public bool HasRows(string table) =>
        Connection.Query($"SELECT EXISTS (SELECT FROM {CopiedTable.Quoted(table)})", static row => row.GetBoolean(0))[0];

    /// <summary>What to do after a copy that came to no good end.</summary>
    public static string StartOver => "empty the database (DROP SCHEMA public CASCADE; CREATE SCHEMA public) and copy again";

    public void Dispose()
    {
        Connection.Dispose();
        _source.Dispose();
    }

    private void CheckAlone()
    {
        var session = new PostgresSqlSession(Connection);
        if (PostgresAlone.LiveNode(session) is { } node)
        {
            throw new StoreCopyException($"expected a database that no service uses, and node {node} has a heartbeat of the last 5 s; stop all services first");
        }

        if (!PostgresAlone.TryHold(session))
        {
            throw new StoreCopyException("expected a database for itself: a node is about to start there, or another copy runs");
        }
    }

    private void CheckEmpty()
    {
        var tables = Tables();
        if (tables.Count == 0)
        {
            return;
        }

        if (!tables.Any(static table => table.Name == "schema_version")
            || Connection.Query("SELECT version FROM schema_version", static row => row.GetInt32(0)) is not [var version])
        {
            throw new StoreCopyException($"expected an empty database, and it has the table {tables[0].Name}");
        }

        if (version == PostgresSchema.CopyUnfinished)
        {
            throw new StoreCopyException($"expected an empty database, and it has what a copy left that was not finished; {StartOver}");
        }

        if (version != PostgresSchema.Version)
        {
            throw new StoreCopyException(string.Create(
                CultureInfo.InvariantCulture,
                $"expected an empty database, or tables of version {PostgresSchema.Version} without rows, and they are of version {version}"));
        }

        foreach (var table in tables.Where(static table => table.Name != "schema_version"))
        {
            if (HasRows(table.Name))
            {
                throw new StoreCopyException($"expected an empty database, and {table.Name} has rows");
            }
        }
    }
}
