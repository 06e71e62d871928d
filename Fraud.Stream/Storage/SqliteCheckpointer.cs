using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace Fraud.Stream.Storage;

/// <summary>
/// Moves the write-ahead log into the database file on a thread of its own. SQLite would do so within whichever
/// commit finds the log long, and that commit, and every caller who waits for it, would stand still meanwhile.
/// </summary>
/// <remarks>
/// Nearly all is moved while commits go on; only the rest, written meanwhile, holds them up, because the log starts
/// over only when nothing in it is left. It starts over in place: to give its blocks back to the disk and take new ones
/// would hold commits up for longer than all the rest.
/// </remarks>
internal sealed class SqliteCheckpointer : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    // 64 MB of 4 kB pages. They stay in the page cache, and a page that is written again and again is moved once. With
    // four times as many, what a caller over HTTP waits at most was no shorter.
    private const int LogPages = 16_384;

    // What is written during a pass is left to the next, which is the shorter for it; 1 MB can be moved while all wait.
    private const int MaxPasses = 4;
    private const int FewPages = 256;

    private readonly SqliteConnection _connection;
    private readonly SqliteConnection _writer;
    private readonly Lock _writing;
    private readonly SafeFileHandle _file;
    // Without spinning, which would be most of what an idle node's looks cost.
    private readonly ManualResetEventSlim _stop = new(initialState: false, spinCount: 0);
    private readonly Thread _thread;

    /// <param name="connection">Its own, which it disposes of.</param>
    /// <param name="writer">The one connection that writes.</param>
    /// <param name="file">
    /// The database. Its owner closes it after all connections: to close any handle of a file gives up all locks that the
    /// process has on it, SQLite's too.
    /// </param>
    /// <param name="writing">Held by whoever writes.</param>
    public SqliteCheckpointer(SqliteConnection connection, SqliteConnection writer, SafeFileHandle file, Lock writing)
    {
        _file = file;
        _connection = connection;
        _writer = writer;
        _writing = writing;
        // It would wait for a reader with the writers' lock in its hands: for a second at a time, SQLite's step.
        connection.NeverWait();
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
            if (_writer.LogPages < LogPages)
            {
                continue;
            }

            MoveMost();
            lock (_writing)
            {
                _connection.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
                // A reader that still looks at the log is no reason to wait: the next look comes soon.
                if (_connection.Checkpoint(raw.SQLITE_CHECKPOINT_RESTART).IsDone)
                {
                    _writer.LogRestarted();
                }
            }
        }
    }

    private void MoveMost()
    {
        var before = 0;
        for (var pass = 0; pass < MaxPasses && !_stop.IsSet; pass++)
        {
            var moved = _connection.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE).Pages;
            if (moved - before < FewPages)
            {
                return;
            }

            // SQLite flushes the file only with the last page in it, which would be while all wait.
            RandomAccess.FlushToDisk(_file);
            before = moved;
        }
    }
}
