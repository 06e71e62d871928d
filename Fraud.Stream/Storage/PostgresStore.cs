using Fraud.Model;
using Fraud.Stream.Batching;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <summary>
/// The store for production and several nodes. Results go through one connection of their own (it holds
/// the staging table); everything else takes a pooled connection for the length of the call.
/// </summary>
/// <remarks>
/// When a connection breaks in the middle of a commit nobody knows whether it took place. The caller
/// repeats it: if it had, its payments are found as stored and get their stored answers; nothing is twice.
/// </remarks>
public sealed class PostgresStore : IFraudStore
{
    // A journal of many million rows may take a while between two rows that are wanted.
    private const int StreamTimeoutSeconds = 600;

    private readonly StorageOptions _options;
    private readonly string _topic;
    private readonly TimeProvider _time;
    private readonly NpgsqlDataSource _source;
    private readonly PostgresPartitions _partitions;
    private readonly Lock _writing = new();
    private PostgresWriter? _writer;

    public PostgresStore(StorageOptions options, string transactionsTopic, TimeProvider time)
    {
        _options = options;
        _topic = transactionsTopic;
        _time = time;
        _partitions = new PostgresPartitions(time);
        _source = new NpgsqlDataSourceBuilder(options.Postgres).Build();
    }

    public string Kind => "postgres";

    public void Open() => Guard(() =>
    {
        lock (_writing)
        {
            using var connection = _source.OpenConnection();
            using (var transaction = connection.BeginTransaction())
            {
                using var command = new NpgsqlCommand(
                    $"SELECT pg_advisory_xact_lock({PostgresSchema.LockId}); {PostgresSchema.Sql}", connection);
                command.ExecuteNonQuery();
                transaction.Commit();
            }

            _partitions.EnsureAroundNow(connection);
        }
    });

    public void Commit(IReadOnlyList<MicroBatch> batches) => Guard(() =>
    {
        lock (_writing)
        {
            try
            {
                _writer ??= OpenWriter();
                _writer.Commit(batches, _time.GetUtcNow().ToUnixTimeMilliseconds());
            }
            catch
            {
                // Whatever state the connection is in, the next commit starts with a new one.
                _writer?.Dispose();
                _writer = null;
                throw;
            }
        }
    });

    public IReadOnlyDictionary<int, long> ReadOffsets(string topic) => Read(
            "SELECT partition, next_offset FROM offsets WHERE topic = $1",
            topic,
            static row => KeyValuePair.Create(row.GetInt32(0), row.GetInt64(1)))
        .ToDictionary();

    public IEnumerable<JournalEntry> ReadJournal(long sinceEventTimeMs) => Read(
        """
        SELECT shard, transaction_id, card_id, terminal_id, amount_minor, currency, event_time
        FROM transactions WHERE event_time >= $1 ORDER BY position
        """,
        sinceEventTimeMs,
        static row => new JournalEntry(
            row.GetInt32(0), Text(row, 1), Text(row, 2), Text(row, 3), row.GetInt64(4),
            Currency.TryParse(Text(row, 5).Utf8, out var currency) ? currency : default, row.GetInt64(6)));

    public long? NewestEventTimeMs() => Guard(() =>
    {
        using var connection = _source.OpenConnection();
        return PostgresPartitions.NewestEventTimeMs(connection);
    });

    public IReadOnlyList<LabelChange> CommitLabels(
        string topic, int partition, long nextOffset, IReadOnlyList<Label> labels, IReadOnlyList<UnreadableLabel> unreadable) =>
        Guard(() =>
        {
            using var connection = _source.OpenConnection();
            return PostgresLabels.Commit(connection, topic, partition, nextOffset, labels, unreadable);
        });

    public IReadOnlyList<LabelChange> CompleteLabels() => Guard(() =>
    {
        using var connection = _source.OpenConnection();
        return PostgresLabels.Complete(connection);
    });

    public IEnumerable<Label> ReadLabels(long sinceEventTimeMs) => Read(
        "SELECT transaction_id, card_id, terminal_id, event_time FROM labels WHERE event_time >= greatest($1, 1) AND is_fraud",
        sinceEventTimeMs,
        static row => new Label(Text(row, 0), Text(row, 1), Text(row, 2), row.GetInt64(3), true));

    public IReadOnlyList<OutboxRecord> ReadOutbox(int limit) =>
        [.. Read(
            "SELECT id, kind, key, value, headers FROM outbox WHERE NOT sent ORDER BY id LIMIT $1",
            limit,
            static row => new OutboxRecord(
                row.GetInt64(0), (OutboxKind)row.GetInt16(1), row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3),
                StoredJson.ReadHeaders(row.GetString(4))))];

    public void MarkSent(IReadOnlyList<long> outboxIds) => Guard(() =>
    {
        using var command = _source.CreateCommand("UPDATE outbox SET sent = true WHERE id = ANY ($1)");
        command.Parameters.Add(new NpgsqlParameter { Value = outboxIds.ToArray() });
        command.ExecuteNonQuery();
    });

    public void Ping() => Guard(() =>
    {
        using var command = _source.CreateCommand("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean");
        if ((bool)command.ExecuteScalar()!)
        {
            throw new IOException("PostgreSQL only answers reads: it is a standby or set to read-only.");
        }
    });

    public StoreCounts Count() => Read(
        """
        SELECT (SELECT count(*) FROM transactions), (SELECT count(*) FROM outbox WHERE kind = $1),
               (SELECT count(*) FROM outbox WHERE NOT sent), (SELECT count(*) FROM labels)
        """,
        (short)OutboxKind.Alert,
        static row => new StoreCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3))).First();

    public void Dispose()
    {
        lock (_writing)
        {
            _writer?.Dispose();
            _writer = null;
            _source.Dispose();
        }
    }

    private IEnumerable<T> Read<T>(string sql, object parameter, Func<NpgsqlDataReader, T> map)
    {
        using var connection = Guard(_source.OpenConnection);
        using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters = { new() { Value = parameter } },
            CommandTimeout = StreamTimeoutSeconds,
        };
        using var reader = Guard(() => command.ExecuteReader());
        while (Guard(reader.Read))
        {
            yield return map(reader);
        }
    }

    private static ShortText Text(NpgsqlDataReader row, int column) => ShortText.From(row.GetString(column));

    private PostgresWriter OpenWriter()
    {
        var connection = _source.OpenConnection();
        try
        {
            return new PostgresWriter(connection, _partitions, _topic, _options.BusyTimeout);
        }
        catch
        {
            // A server that refuses to write must not use up the pool, try by try.
            connection.Dispose();
            throw;
        }
    }
}
