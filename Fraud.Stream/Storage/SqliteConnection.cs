using System.Text;
using Fraud.Model;
using Fraud.Stream.Database;
using SQLitePCL;

namespace Fraud.Stream.Storage;

/// <summary>
/// A SQLite connection with prepared statements and span binding: no object is made for a row. Not
/// thread-safe.
/// </summary>
internal sealed class SqliteConnection : IDisposable
{
    // SQLITE_DBSTATUS_CACHE_WRITE, which the binding does not name.
    private const int PagesWritten = 9;

    public const string Unavailable = "The SQLite file cannot be written or read now.";

    private readonly sqlite3 _handle;
    private readonly List<SqliteStatement> _statements = [];
    private readonly Dictionary<string, SqliteStatement> _prepared = [];
    private volatile int _logPages;
    private delegate_progress? _isOver;
    private FraudDb? _db;

    static SqliteConnection() => NativeSqlite.Load();

    public SqliteConnection(StorageOptions options)
        : this(options, isAlone: false)
    {
    }

    private SqliteConnection(StorageOptions options, bool isAlone)
    {
        OwnersAlone(options.SqliteFile);
        var result = raw.sqlite3_open_v2(
            options.SqliteFile,
            out _handle,
            raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX,
            null);
        try
        {
            Check(result);
            SetUp(options, isAlone);
        }
        catch
        {
            // Else it would keep what locks it has until the collector comes by.
            _handle.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes a file that is not there yet, for its owner alone; SQLite gives the files beside it (-wal, -shm) the same rights. One that
    /// is there keeps what its owner gave it.
    /// </summary>
    private static void OwnersAlone(string file)
    {
        if (OperatingSystem.IsWindows() || File.Exists(file) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
        {
            return;
        }

        // Another process may make it at the same time: opened, not made, it is the same file.
        using var made = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    private void SetUp(StorageOptions options, bool isAlone)
    {
        raw.sqlite3_busy_timeout(_handle, isAlone ? 0 : (int)options.BusyTimeout.TotalMilliseconds);
        if (isAlone)
        {
            // Before the file is read for the first time: only then is the lock of the whole file, and of each of its readers.
            Execute("PRAGMA locking_mode = EXCLUSIVE");
            Execute("PRAGMA secure_delete = ON");
        }

        Execute("PRAGMA journal_mode = WAL");
        Execute($"PRAGMA synchronous = {(int)options.SqliteSynchronous}");
        // 64 MB of pages and 256 MB mapped: the index of some ten million ids stays in memory.
        Execute("PRAGMA cache_size = -65536");
        Execute("PRAGMA mmap_size = 268435456");
        // Checkpoints have a thread of their own. Should that one fail, commits move 512 MB at a time themselves.
        Execute("PRAGMA wal_autocheckpoint = 131072");
    }

    /// <summary>Pages that transactions of this connection wrote to the log since it last started over. From any thread.</summary>
    public int LogPages => _logPages;

    /// <summary>A connection for people's questions: it writes nothing, and takes less memory.</summary>
    public static SqliteConnection ForReading(StorageOptions options)
    {
        var connection = new SqliteConnection(options);
        connection.Execute("PRAGMA query_only = ON");
        connection.Execute("PRAGMA cache_size = -4096");
        return connection;
    }

    /// <summary>
    /// A connection that has the file for itself until it is disposed of, or its process ends. What it replaces is overwritten.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Another connection has the file.</exception>
    public static SqliteConnection Alone(StorageOptions options)
    {
        var connection = new SqliteConnection(options, isAlone: true);
        try
        {
            // Keeps the lock, whatever kind of journal the file came with.
            connection.Execute("BEGIN EXCLUSIVE; COMMIT");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Ends a statement with <see cref="StoreUnavailableException"/> once this says so. Asked every few microseconds at most.</summary>
    public void StopWhen(Func<bool> isOver)
    {
        // Kept in a field: SQLite calls it from outside.
        _isOver = _ => isOver() ? 1 : 0;
        raw.sqlite3_progress_handler(_handle, 4_096, _isOver, null);
    }

    /// <summary>Queries that are written once for both databases.</summary>
    public FraudDb Db => _db ??= new FraudDb(new LentSqlite(_handle), FraudDb.Sqlite, HandBound);

    /// <summary>For <see cref="Db"/>, where it writes; set before that is used.</summary>
    public HandBound? HandBound { private get; set; }

    public int Changes => raw.sqlite3_changes(_handle);

    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>A statement that lives as long as the connection.</summary>
    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_handle, sql, out var statement));
        var prepared = new SqliteStatement(this, statement);
        _statements.Add(prepared);
        return prepared;
    }

    /// <summary>The statement of before, if the text is the same.</summary>
    public SqliteStatement PrepareOnce(string sql) =>
        _prepared.TryGetValue(sql, out var prepared) ? prepared : _prepared[sql] = Prepare(sql);

    /// <summary>Runs the work in one transaction; an exception leaves nothing of it.</summary>
    public void InTransaction(Action work) => TryInTransaction(() =>
    {
        work();
        return true;
    });

    /// <summary>Runs the work in one transaction; an exception or false leaves nothing of it.</summary>
    public bool TryInTransaction(Func<bool> work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            if (!work())
            {
                Execute("ROLLBACK");
                return false;
            }

            Execute("COMMIT");
            raw.sqlite3_db_status(_handle, PagesWritten, out var pages, out _, resetFlg: 1);
            _logPages += pages;
            return true;
        }
        catch
        {
            foreach (var statement in _statements)
            {
                statement.Reset();
            }

            // SQLite may have rolled back by itself (disk full); then there is nothing to roll back.
            raw.sqlite3_exec(_handle, "ROLLBACK");
            throw;
        }
    }

    /// <summary>Runs a part of the transaction that goes on; of one that the database refuses nothing is left.</summary>
    /// <returns>Why it was refused, or null.</returns>
    public RowsRefusedException? TryPart(Action work)
    {
        Execute("SAVEPOINT part");
        try
        {
            work();
            Execute("RELEASE part");
            return null;
        }
        catch (RowsRefusedException refused)
        {
            Execute("ROLLBACK TO part; RELEASE part");
            return refused;
        }
    }

    /// <summary>
    /// Moves pages of the log into the file, as far as the mode and others allow. What a disk refuses now is tried again
    /// by the next call, or met by a commit.
    /// </summary>
    /// <returns>Whether it came to its end, and how many pages of the log are in the file now.</returns>
    public (bool IsDone, int Pages) Checkpoint(int mode)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(_handle, null, mode, out _, out var pages);
        return (result == raw.SQLITE_OK, pages);
    }

    /// <summary>The log starts over with the next transaction. Only while nobody writes.</summary>
    public void LogRestarted() => _logPages = 0;

    /// <summary>From now on what another connection holds fails at once instead of being waited for.</summary>
    public void NeverWait() => raw.sqlite3_busy_timeout(_handle, 0);

    public void Check(int result)
    {
        if (result is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return;
        }

        var error = new InvalidOperationException(
            $"SQLite error {result}: {raw.sqlite3_errmsg(_handle).utf8_to_string()}");
        throw MayPass(result) ? new StoreUnavailableException(Unavailable, error)
            : SqliteRefusals.Are(result) ? new RowsRefusedException(
                SqliteRefusals.Name(raw.sqlite3_extended_errcode(_handle), raw.sqlite3_errmsg(_handle).utf8_to_string()), error)
            : error;
    }

    /// <summary>Tells failures that may pass from those that stay.</summary>
    public static bool MayPass(int result) => (result & 0xFF) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL or raw.SQLITE_IOERR
        or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_INTERRUPT;

    public void Dispose()
    {
        _db?.Dispose();
        foreach (var statement in _statements)
        {
            statement.Close();
        }

        _handle.Dispose();
    }
}

/// <summary>A prepared statement; its connection closes it. Bind from 1, step, read columns from 0, reset.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt statement) : ISqlRow
{
    private const int ShortLength = 256;

    public SqliteStatement Text(int index, ReadOnlySpan<byte> utf8)
    {
        // An empty span has no address, and SQLite takes that for NULL.
        connection.Check(utf8.IsEmpty
            ? raw.sqlite3_bind_text(statement, index, "")
            : raw.sqlite3_bind_text(statement, index, utf8));
        return this;
    }

    public SqliteStatement Text(int index, string? text)
    {
        if (text is null)
        {
            return Null(index);
        }

        // The binding would make an array of it. No more than three bytes a character.
        if (text.Length <= ShortLength)
        {
            Span<byte> utf8 = stackalloc byte[3 * ShortLength];
            return Text(index, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
        }

        connection.Check(raw.sqlite3_bind_text(statement, index, text));
        return this;
    }

    public SqliteStatement Integer(int index, long value)
    {
        connection.Check(raw.sqlite3_bind_int64(statement, index, value));
        return this;
    }

    public SqliteStatement Real(int index, double value)
    {
        connection.Check(raw.sqlite3_bind_double(statement, index, value));
        return this;
    }

    public SqliteStatement Null(int index)
    {
        connection.Check(raw.sqlite3_bind_null(statement, index));
        return this;
    }

    public SqliteStatement Blob(int index, ReadOnlySpan<byte> bytes)
    {
        connection.Check(bytes.IsEmpty
            ? raw.sqlite3_bind_zeroblob(statement, index, 0)
            : raw.sqlite3_bind_blob(statement, index, bytes));
        return this;
    }

    /// <summary>True when there is a row to read.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result is raw.SQLITE_ROW)
        {
            return true;
        }

        if (result is not raw.SQLITE_DONE)
        {
            Reset();
            connection.Check(result);
        }

        return false;
    }

    /// <summary>Steps to the end and makes it ready for the next row.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    public void Reset() => raw.sqlite3_reset(statement);

    public long Integer(int column) => raw.sqlite3_column_int64(statement, column);

    public double Real(int column) => raw.sqlite3_column_double(statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public ShortText ShortText(int column)
    {
        ShortText text = default;
        text.TrySet(raw.sqlite3_column_blob(statement, column));
        return text;
    }

    /// <summary>SQLite's code of what the row has there, which need not be what the column is declared as.</summary>
    public int Type(int column) => raw.sqlite3_column_type(statement, column);

    /// <summary>Bytes, or UTF-8 of a text. Valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    public byte[] Blob(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    public object? Value(int column) => raw.sqlite3_column_type(statement, column) switch
    {
        raw.SQLITE_NULL => null,
        raw.SQLITE_INTEGER => Integer(column),
        raw.SQLITE_TEXT => Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column)),
        raw.SQLITE_BLOB => Blob(column),
        var other => throw new InvalidOperationException($"column {column}: expected text, a whole number or bytes, found type {other}"),
    };

    public void Close() => statement.Dispose();
}
