using System.Globalization;
using Fraud.Stream.Events;
using Microsoft.Extensions.Options;

namespace Fraud.Stream.Storage.Copy;

/// <summary>The files of a SQLite store that is copied, held so that no service and no command changes them meanwhile. Not thread-safe.</summary>
internal sealed class CopySource : IDisposable
{
    private const string Columns = """
        SELECT t.name, c.name, c.type FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY t.name, c.cid
        """;

    // What a power cut may leave, and the next start puts right.
    private const string Positions = "SELECT shard, position FROM reader_positions WHERE reader = 'results'";
    private const string Heads = "SELECT shard, sequence FROM shards";

    private readonly SqliteFileLock _held;
    private readonly List<SqliteConnection> _files = [];
    private readonly Dictionary<string, SqliteConnection> _fileOf = new(StringComparer.Ordinal);
    private readonly List<DescribedTable> _tables = [];

    private CopySource(StorageOptions options) => _held = new SqliteFileLock(options);

    /// <param name="mayMake">Whether the file of events is made where it is missing, as the next start would: a store without is a whole one.</param>
    /// <exception cref="StoreCopyException">A service or another process has it, or it is not of this version of the tables.</exception>
    public static CopySource Open(StorageOptions options, bool mayMake)
    {
        var source = new CopySource(options);
        try
        {
            source.Hold(options);
            var rows = source.Open(options, options.SqliteFile, SqliteSchema.Version);
            var journal = source.Open(options, options.JournalFile, SqliteJournal.Version);
            CheckPositions(options, rows, journal);
            if (mayMake)
            {
                new EventsFile(options).Ensure();
            }

            if (EventsFile.PathOf(options) is var events && File.Exists(events))
            {
                source.Add(Alone(options.ForFile(events)));
            }

            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Of all files.</summary>
    public IReadOnlyList<DescribedTable> Tables() => _tables;

    public long Count(string table) => Number(_fileOf[table], $"SELECT count(*) FROM {CopiedTable.Quoted(table)}");

    /// <summary>All rows of the table whose rows this one gets.</summary>
    public SqliteStatement Read(CopiedTable table) =>
        _fileOf[table.From].Prepare($"SELECT {table.ColumnList} FROM {CopiedTable.Quoted(table.From)}");

    /// <summary>The highest number that the table ever gave to a row, where SQLite keeps it; 0 elsewhere.</summary>
    public long Given(string table)
    {
        var file = _fileOf[table];
        if (Number(file, "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'") == 0)
        {
            return 0;
        }

        var query = file.Prepare("SELECT seq FROM sqlite_sequence WHERE name = ?1").Text(1, table);
        var given = query.Step() ? query.Integer(0) : 0;
        query.Reset();
        return given;
    }

    public void Dispose()
    {
        _files.ForEach(static file => file.Dispose());
        _held.Dispose();
    }

    private static SqliteConnection Alone(StorageOptions options)
    {
        try
        {
            return SqliteConnection.Alone(options);
        }
        catch (StoreUnavailableException error)
        {
            throw new StoreCopyException($"{options.SqliteFile}: expected a file that no other process has; stop the service, and commands that use it", error);
        }
    }

    private static void CheckPositions(StorageOptions options, SqliteConnection rows, SqliteConnection journal)
    {
        var heads = Pairs(journal, Heads);
        if (Pairs(rows, Positions).Any(position => heads.GetValueOrDefault(position.Key) < position.Value))
        {
            throw new StoreCopyException(
                $"{options.SqliteFile}: expected rows of pages that the journal has; it lost some, as a power cut may do. Start the service once, stop it, and copy again");
        }
    }

    private static Dictionary<long, long> Pairs(SqliteConnection file, string sql)
    {
        var pairs = new Dictionary<long, long>();
        var query = file.Prepare(sql);
        while (query.Step())
        {
            pairs[query.Integer(0)] = query.Integer(1);
        }

        query.Reset();
        return pairs;
    }

    private static long Number(SqliteConnection file, string sql)
    {
        var query = file.Prepare(sql);
        query.Step();
        var number = query.Integer(0);
        query.Reset();
        return number;
    }

    private void Hold(StorageOptions options)
    {
        try
        {
            _held.Take();
        }
        catch (OptionsValidationException error)
        {
            throw new StoreCopyException($"{options.SqliteFile}: expected a store that no service uses; stop it first", error);
        }
    }

    private SqliteConnection Open(StorageOptions options, string path, int version)
    {
        if (!File.Exists(path))
        {
            throw new StoreCopyException($"{path}: expected a file of the store; a store of an earlier version gets it by one start of the service");
        }

        var file = Alone(options.ForFile(path));
        Add(file);
        var found = Number(file, "PRAGMA user_version");
        return found == version ? file : throw new StoreCopyException(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: expected version {version} of the tables, found {found}; {(found < version ? "start the service of this program once, stop it, and copy again" : "use the program that made them")}"));
    }

    private void Add(SqliteConnection file)
    {
        _files.Add(file);
        var columns = new List<(string Table, string Name, string Type)>();
        var query = file.Prepare(Columns);
        while (query.Step())
        {
            columns.Add((query.Text(0), query.Text(1), query.Text(2)));
        }

        query.Reset();
        foreach (var table in columns.GroupBy(static column => column.Table, StringComparer.Ordinal))
        {
            _fileOf.Add(table.Key, file);
            _tables.Add(new DescribedTable(table.Key, [.. table.Select(static column => (column.Name, column.Type))]));
        }
    }
}
