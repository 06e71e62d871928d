using Fraud.Model;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Storage;

/// <summary>
/// The embedded store: one SQLite file in WAL mode. One writer at a time; readers go on meanwhile.
/// </summary>
public sealed class SqliteStore(StorageOptions options, string transactionsTopic, TimeProvider time) : IFraudStore
{
    // SQLite takes one writer; waiting here is fair and cheap, waiting in SQLite is polling.
    private readonly Lock _writing = new();
    private SqliteWriter? _writer;

    public string Kind => "sqlite";

    public void Open()
    {
        lock (_writing)
        {
            if (_writer is not null)
            {
                return;
            }

            if (Path.GetDirectoryName(Path.GetFullPath(options.SqliteFile)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            using (var connection = new SqliteConnection(options))
            {
                connection.Execute(SqliteSchema.Sql);
            }

            _writer = new SqliteWriter(new SqliteConnection(options), transactionsTopic);
        }
    }

    public void Commit(IReadOnlyList<MicroBatch> batches)
    {
        lock (_writing)
        {
            Writer.Commit(batches, time.GetUtcNow().ToUnixTimeMilliseconds());
        }
    }

    public IReadOnlyList<LabelChange> CommitLabels(
        string topic, int partition, long nextOffset, IReadOnlyList<Label> labels, IReadOnlyList<UnreadableLabel> unreadable)
    {
        lock (_writing)
        {
            return Writer.CommitLabels(topic, partition, nextOffset, labels, unreadable);
        }
    }

    public IReadOnlyList<LabelChange> CompleteLabels()
    {
        lock (_writing)
        {
            return Writer.CompleteLabels();
        }
    }

    public void MarkSent(IReadOnlyList<long> outboxIds)
    {
        lock (_writing)
        {
            Writer.MarkSent(outboxIds);
        }
    }

    public IReadOnlyDictionary<int, long> ReadOffsets(string topic) =>
        Read("SELECT partition, next_offset FROM offsets WHERE topic = ?1",
                query => query.Text(1, topic),
                static row => KeyValuePair.Create((int)row.Integer(0), row.Integer(1)))
            .ToDictionary();

    public IEnumerable<JournalEntry> ReadJournal(long sinceEventTimeMs) => Read(
        """
        SELECT shard, transaction_id, card_id, terminal_id, amount_minor, currency, event_time
        FROM transactions WHERE event_time >= ?1 ORDER BY position
        """,
        query => query.Integer(1, sinceEventTimeMs),
        static row => new JournalEntry(
            (int)row.Integer(0), row.ShortText(1), row.ShortText(2), row.ShortText(3), row.Integer(4),
            Currency.TryParse(row.ShortText(5).Utf8, out var currency) ? currency : default, row.Integer(6)));

    public long? NewestEventTimeMs() => Read(
        "SELECT max(event_time) FROM transactions",
        static _ => { },
        static row => row.IsNull(0) ? (long?)null : row.Integer(0)).First();

    public IEnumerable<Label> ReadLabels(long sinceEventTimeMs) => Read(
        "SELECT transaction_id, card_id, terminal_id, event_time FROM labels WHERE event_time >= max(?1, 1) AND is_fraud = 1",
        query => query.Integer(1, sinceEventTimeMs),
        static row => new Label(row.ShortText(0), row.ShortText(1), row.ShortText(2), row.Integer(3), true));

    public IReadOnlyList<OutboxRecord> ReadOutbox(int limit) =>
        [.. Read(
            "SELECT id, kind, key, value, headers FROM outbox WHERE sent = 0 ORDER BY id LIMIT ?1",
            query => query.Integer(1, limit),
            static row => new OutboxRecord(
                row.Integer(0), (OutboxKind)row.Integer(1), row.Blob(2), row.Blob(3), StoredJson.ReadHeaders(row.Text(4))))];

    public void Ping() => _ = Read("SELECT count(*) FROM offsets", static _ => { }, static row => row.Integer(0)).First();

    public StoreCounts Count() => Read(
        """
        SELECT (SELECT count(*) FROM transactions), (SELECT count(*) FROM outbox WHERE kind = 1),
               (SELECT count(*) FROM outbox WHERE sent = 0), (SELECT count(*) FROM labels)
        """,
        static _ => { },
        static row => new StoreCounts(row.Integer(0), row.Integer(1), row.Integer(2), row.Integer(3))).First();

    public void Dispose()
    {
        lock (_writing)
        {
            _writer?.Dispose();
            _writer = null;
        }
    }

    private SqliteWriter Writer => _writer ?? throw new InvalidOperationException("Open the store first.");

    // Reads are rare (start, outbox, probes): each has a connection of its own and never waits for the writer.
    private IEnumerable<T> Read<T>(string sql, Action<SqliteStatement> bind, Func<SqliteStatement, T> map)
    {
        using var connection = new SqliteConnection(options);
        var query = connection.Prepare(sql);
        bind(query);
        while (query.Step())
        {
            yield return map(query);
        }
    }
}
