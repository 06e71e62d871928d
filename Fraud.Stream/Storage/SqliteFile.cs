using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Fraud.Stream.Storage;

/// <summary>
/// A database of the embedded store in use: the one connection that writes, those that read, and who moves the log. Thread-safe, but for
/// <see cref="Writer"/>.
/// </summary>
internal sealed class SqliteFile : IDisposable
{
    private const string Flushed = "PRAGMA synchronous = FULL";

    private readonly SqliteCheckpointer _checkpointer;
    private readonly SqliteReaders _readers;
    private readonly SafeFileHandle _file;
    private readonly string _quickly;

    /// <param name="options">Name the file, which has its tables.</param>
    /// <param name="isFlushed">Transactions are flushed to the disk, whatever the options say.</param>
    public SqliteFile(StorageOptions options, bool isFlushed)
    {
        _quickly = string.Create(CultureInfo.InvariantCulture, $"PRAGMA synchronous = {(int)options.SqliteSynchronous}");
        Writer = new SqliteConnection(options);
        if (isFlushed)
        {
            Writer.Execute(Flushed);
        }

        _file = File.OpenHandle(options.SqliteFile, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _checkpointer = new SqliteCheckpointer(new SqliteConnection(options), Writer, _file, Writing);
        _readers = new SqliteReaders(options);
    }

    /// <summary>Held by the one who writes. SQLite takes one writer; waiting here is fair and cheap, waiting in SQLite is polling.</summary>
    public Lock Writing { get; } = new();

    /// <summary>Only for who holds <see cref="Writing"/>.</summary>
    public SqliteConnection Writer { get; }

    /// <summary>
    /// Runs work whose transactions survive the death of the process and not always a power failure, unless all are to be flushed. Only for who holds
    /// <see cref="Writing"/>.
    /// </summary>
    public void WithoutFlush(Action work)
    {
        Writer.Execute(_quickly);
        try
        {
            work();
        }
        finally
        {
            Writer.Execute(Flushed);
        }
    }

    /// <summary>A connection that reads, and never waits for the writer.</summary>
    public SqliteReaders.Reader Rent() => _readers.Rent();

    /// <summary>Never waits for the writer.</summary>
    public IEnumerable<T> Read<T>(string sql, Action<SqliteStatement> bind, Func<SqliteStatement, T> map)
    {
        using var reader = _readers.Rent();
        var query = reader.Prepare(sql);
        bind(query);
        while (query.Step())
        {
            yield return map(query);
        }
    }

    public void Dispose()
    {
        // Outside the lock, which it may be waiting for.
        _checkpointer.Dispose();
        lock (Writing)
        {
            Writer.Dispose();
        }

        _readers.Dispose();
        // The last of all: see SqliteCheckpointer.
        _file.Dispose();
    }
}
