using SQLitePCL;

namespace Fraud.Stream.Storage;

/// <summary>
/// Moves the write-ahead log into the database file on a thread of its own. SQLite would do so within whichever
/// commit finds the log long, and that commit, and every caller who waits for it, would stand still meanwhile.
/// </summary>
/// <remarks>
/// Most is moved while commits go on; only the rest, written meanwhile, holds them up, because the log starts over
/// only when nothing in it is left.
/// </remarks>
internal sealed class SqliteCheckpointer : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    // Stays in the page cache, and pages that are written again and again are moved once.
    private const long LogBytes = 16 << 20;

    private readonly SqliteConnection _connection;
    private readonly string _log;
    private readonly Lock _writing;
    private readonly ManualResetEventSlim _stop = new(initialState: false);
    private readonly Thread _thread;

    /// <param name="connection">Its own, which it disposes of.</param>
    /// <param name="file">The database; its log is the file beside it.</param>
    /// <param name="writing">Held by whoever writes.</param>
    public SqliteCheckpointer(SqliteConnection connection, string file, Lock writing)
    {
        _connection = connection;
        _log = file + "-wal";
        _writing = writing;
        _thread = new Thread(Run) { Name = "sqlite-checkpoint", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Call it without holding the writers' lock.</summary>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _connection.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.Wait(Look))
        {
            if (new FileInfo(_log) is not { Exists: true, Length: >= LogBytes })
            {
                continue;
            }

            _connection.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
            lock (_writing)
            {
                _connection.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
            }
        }
    }
}
