using System.Collections.Concurrent;
using Fraud.Stream.Database;

namespace Fraud.Stream.Storage;

/// <summary>
/// Connections that read, kept for the next reader with their statements: questions come many times a second,
/// and to open a connection costs more than most queries.
/// </summary>
internal sealed class SqliteReaders(StorageOptions options) : IDisposable
{
    // As many as usually read at once: readers of the journal, probes, followers and one more.
    private const int MaxIdle = 4;

    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private volatile bool _isDisposed;

    public Reader Rent() => _isDisposed
        ? throw new StoreUnavailableException("The store is closed.", new ObjectDisposedException(nameof(SqliteReaders)))
        : new Reader(this, _idle.TryTake(out var connection) ? connection : new SqliteConnection(options));

    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private void Return(SqliteConnection connection)
    {
        if (_isDisposed || _idle.Count >= MaxIdle)
        {
            connection.Dispose();
        }
        else
        {
            _idle.Add(connection);
        }
    }

    /// <summary>A connection for one query; one thread at a time.</summary>
    public sealed class Reader(SqliteReaders owner, SqliteConnection connection) : IDisposable
    {
        private SqliteStatement? _query;

        public FraudDb Db => connection.Db;

        public SqliteStatement Prepare(string sql) => _query = connection.PrepareOnce(sql);

        public void Dispose()
        {
            // A statement in mid-read would hold on to its view of the file, and the log could not start over.
            _query?.Reset();
            owner.Return(connection);
        }
    }
}
