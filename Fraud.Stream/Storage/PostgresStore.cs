using Fraud.Model;
using Fraud.Stream.Database;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Retention;
using Fraud.Stream.Shards;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <summary>
/// The store for production and several nodes. Commits have one connection of their own, and so have rows; everything else takes a pooled
/// connection for the length of the call.
/// </summary>
/// <remarks>
/// When a connection breaks in the middle of a commit no one knows whether it took place. The caller reads the heads
/// and writes again where they say so; the same commit is carried out once at most.
/// </remarks>
public sealed partial class PostgresStore : IFraudStore
{
    private readonly StorageOptions _options;
    private readonly string _topic;
    private readonly TimeProvider _time;
    private readonly NpgsqlDataSource _source;
    private readonly PostgresShards _shards;
    private readonly PostgresSnapshots _snapshots;
    private readonly NpgsqlDataSource _reading;
    private readonly PostgresCases _cases;
    private readonly Lock _writing = new();
    private PostgresJournal? _journal;

    public PostgresStore(StorageOptions options, string transactionsTopic, TimeProvider time)
    {
        _options = options;
        _topic = transactionsTopic;
        _time = time;
        _source = new NpgsqlDataSourceBuilder(options.Postgres) { Name = "fraud" }.Build();
        _shards = new PostgresShards(_source, HeadLockTimeout, time);
        _snapshots = new PostgresSnapshots(_source, HeadLockTimeout);
        _reading = Reading(options);
        _cases = new PostgresCases(options, _source, _reading, time);
        Database = new PostgresDatabase(_source, _reading, options.BusyTimeout);
    }

    public string Kind => "postgres";

    // A transaction costs several round trips, whatever it holds.
    public int GroupSize => 1_024;

    public bool IsShared => true;

    public void Open() => Guard(() =>
    {
        lock (_writing)
        {
            using var connection = _source.OpenConnection();
            PostgresUpgrade.Run(connection, _source);
            AdoptOffsets(connection);
            new PostgresPartitions(_time).EnsureAroundNow(connection);
        }
    });

    public FraudDatabase Database { get; }

    public IRowStore Rows => new PostgresRows(_source, _options.BusyTimeout, _time);

    public IReaderPositions Positions => new PostgresReaderPositions(_source, _options.BusyTimeout);

    public IEarlierOutbox EarlierOutbox => new PostgresEarlierOutbox(_source, _options.BusyTimeout);

    public IRetentionStore Retention => new PostgresRetention(_source, _options.Postgres);

    public IReadOnlyList<int> Commit(IReadOnlyList<ShardPage> pages) => Guard(() =>
    {
        lock (_writing)
        {
            try
            {
                _journal ??= OpenJournal();
                return _journal.Commit(pages, _time.GetUtcNow().ToUnixTimeMilliseconds());
            }
            catch
            {
                // Whatever state the connection is in, the next commit starts with a new one.
                _journal?.Dispose();
                _journal = null;
                throw;
            }
        }
    });

    public IReadOnlyDictionary<int, long> ReadOffsets(string topic) => (topic == _topic
            ? _source.Stream("SELECT shard, next_offset FROM shards WHERE next_offset IS NOT NULL", Offset)
            : _source.Stream("SELECT partition, next_offset FROM offsets WHERE topic = $1", Offset, topic))
        .ToDictionary();

    public IReadOnlyList<LabelChange> CommitLabels(string topic, int partition, long nextOffset, IReadOnlyList<Label> labels) => Guard(() =>
    {
        using var connection = _source.OpenConnection();
        return PostgresLabels.Commit(connection, _options.BusyTimeout, new LabelPage(topic, partition, nextOffset, labels));
    });

    public void Ping() => Guard(() =>
    {
        using var command = _source.CreateCommand("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean");
        if ((bool)command.ExecuteScalar()!)
        {
            throw new IOException("PostgreSQL only answers reads: it is a standby or set to read-only.");
        }
    });

    public StoreCounts Count() => _source.Stream(
        """
        SELECT (SELECT count(*) FROM transactions), (SELECT count(*) FROM transactions WHERE decision <> 0), (SELECT count(*) FROM labels)
        """,
        static row => new StoreCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2))).First();

    public void Dispose()
    {
        lock (_writing)
        {
            _journal?.Dispose();
            _journal = null;
            _source.Dispose();
            _reading.Dispose();
        }
    }

    /// <summary>Connections for people's questions.</summary>
    private static NpgsqlDataSource Reading(StorageOptions options)
    {
        var seconds = (int)Math.Ceiling(options.ReadTimeout.TotalSeconds);
        var settings = new NpgsqlConnectionStringBuilder(options.Postgres)
        {
            MinPoolSize = 0,
            MaxPoolSize = options.ReadConnections,
            // The server is told to stop, too.
            CommandTimeout = seconds,
            // Of connecting, and of waiting for one that is in use.
            Timeout = seconds,
        };
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "fraud_reading" }.Build();
    }

    private TimeSpan HeadLockTimeout =>
        _options.BusyTimeout < PostgresSession.HeadLockTimeout ? _options.BusyTimeout : PostgresSession.HeadLockTimeout;

    // Until version 9 a table of their own had them.
    private void AdoptOffsets(NpgsqlConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        connection.Execute("UPDATE shards SET next_offset = offsets.next_offset FROM offsets WHERE topic = $1 AND partition = shard", _topic);
        connection.Execute("DELETE FROM offsets WHERE topic = $1", _topic);
        transaction.Commit();
    }

    private static KeyValuePair<int, long> Offset(NpgsqlDataReader row) => KeyValuePair.Create(row.GetInt32(0), row.GetInt64(1));

    private PostgresJournal OpenJournal()
    {
        var connection = _source.OpenConnection();
        try
        {
            return new PostgresJournal(connection, HeadLockTimeout);
        }
        catch
        {
            // A server that refuses to write must not use up the pool, try by try.
            connection.Dispose();
            throw;
        }
    }
}
