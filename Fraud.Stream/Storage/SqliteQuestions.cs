using System.Collections.Concurrent;
using Fraud.Stream.Database;

namespace Fraud.Stream.Storage;

/// <summary>
/// Connections for people's questions: few, kept, and each question ends within its time. They see what is committed
/// and hold up no commit. Thread-safe.
/// </summary>
internal sealed class SqliteQuestions(StorageOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.ReadConnections);
    private readonly ConcurrentBag<Reader> _idle = [];

    /// <param name="values">Bound from ?1 on: text or numbers.</param>
    public List<T> Read<T>(string sql, IReadOnlyList<object> values, Func<SqliteStatement, T> map) =>
        On(reader => reader.Read(sql, values, map, options.ReadTimeout));

    public T Ask<T>(Func<FraudDb, T> question) => On(reader => reader.Ask(question, options.ReadTimeout));

    private T On<T>(Func<Reader, T> question)
    {
        if (!_free.Wait(options.ReadTimeout))
        {
            throw new StoreUnavailableException("All connections for reading are in use.", new TimeoutException());
        }

        try
        {
            if (!_idle.TryTake(out var reader))
            {
                reader = new Reader(SqliteConnection.ForReading(options), time);
            }

            try
            {
                var answer = question(reader);
                _idle.Add(reader);
                return answer;
            }
            catch
            {
                reader.Dispose();
                throw;
            }
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var reader))
        {
            reader.Dispose();
        }

        _free.Dispose();
    }

    private sealed class Reader : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly TimeProvider _time;
        // Bounded by the shapes that questions have.
        private readonly Dictionary<string, SqliteStatement> _statements = [];
        private long _until;

        public Reader(SqliteConnection connection, TimeProvider time)
        {
            _connection = connection;
            _time = time;
            connection.StopWhen(() => time.GetTimestamp() > _until);
        }

        public List<T> Read<T>(string sql, IReadOnlyList<object> values, Func<SqliteStatement, T> map, TimeSpan longest)
        {
            EndsWithin(longest);
            if (!_statements.TryGetValue(sql, out var query))
            {
                _statements[sql] = query = _connection.Prepare(sql);
            }

            for (var i = 0; i < values.Count; i++)
            {
                _ = values[i] switch
                {
                    string text => query.Text(i + 1, text),
                    float real => query.Real(i + 1, real),
                    double real => query.Real(i + 1, real),
                    int integer => query.Integer(i + 1, integer),
                    long integer => query.Integer(i + 1, integer),
                    var other => throw new ArgumentException($"cannot bind {other.GetType()}", nameof(values)),
                };
            }

            var rows = new List<T>();
            while (query.Step())
            {
                rows.Add(map(query));
            }

            // Else it would hold on to what it saw, and the log could not start over.
            query.Reset();
            return rows;
        }

        public T Ask<T>(Func<FraudDb, T> question, TimeSpan longest)
        {
            EndsWithin(longest);
            return question(_connection.Db);
        }

        public void Dispose() => _connection.Dispose();

        private void EndsWithin(TimeSpan longest) => _until = _time.GetTimestamp() + (long)(longest.TotalSeconds * _time.TimestampFrequency);
    }
}
