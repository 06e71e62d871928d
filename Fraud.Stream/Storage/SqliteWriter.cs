using Fraud.Model;

namespace Fraud.Stream.Storage;

/// <summary>The statements that write the rows' file: labels, cases, keys, and what waits to be sent. One caller at a time.</summary>
internal sealed class SqliteWriter
{
    private readonly SqliteConnection _connection;
    private readonly SqliteLabels _labels;
    private readonly SqliteStatement _outbox;
    private readonly SqliteStatement _offset;
    private readonly SqliteStatement _sent;

    public SqliteWriter(SqliteConnection connection, TimeProvider time)
    {
        _connection = connection;
        _labels = new SqliteLabels(connection, time);
        Security = new SqliteSecurity(connection);
        Cases = new SqliteCaseWriter(connection, _labels);
        Webhooks = new SqliteWebhookWriter(connection, _labels);
        Shadows = new SqliteShadows(connection);
        _outbox = connection.Prepare(
            """
            INSERT INTO outbox (kind, source, key, value, headers, shard) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (source) DO NOTHING
            """);
        _offset = connection.Prepare(
            """
            INSERT INTO offsets (topic, partition, next_offset) VALUES (?1, ?2, ?3)
            ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
            """);
        _sent = connection.Prepare("UPDATE outbox SET sent = 1 WHERE id = ?1");
    }

    public SqliteSecurity Security { get; }

    public SqliteCaseWriter Cases { get; }

    public SqliteWebhookWriter Webhooks { get; }

    public SqliteShadows Shadows { get; }

    /// <summary>Runs other work on the writing connection, in one transaction.</summary>
    public void InTransaction(Action<SqliteConnection> work) => _connection.InTransaction(() => work(_connection));

    /// <summary>Work of whoever writes seldom, in one transaction.</summary>
    public T InTransaction<T>(Func<SqliteConnection, T> work)
    {
        var result = default(T);
        _connection.InTransaction(() => result = work(_connection));
        return result!;
    }

    public IReadOnlyList<LabelChange> CommitLabels(
        string topic, int partition, long nextOffset, IReadOnlyList<Label> labels, IReadOnlyList<UnreadableLabel> unreadable)
    {
        var changes = new List<LabelChange>();
        _connection.InTransaction(() =>
        {
            foreach (var label in labels)
            {
                _labels.Write(label, changes);
            }

            foreach (var (offset, letter, arrivedAtMs) in unreadable)
            {
                _outbox.Integer(1, (int)OutboxKind.DeadLetter).Text(2, StoredJson.DeadLetterSource(topic, partition, offset)).Blob(3, letter.Key)
                    .Blob(4, letter.Value).Text(5, StoredJson.DeadLetterHeaders(letter, topic, partition, offset, arrivedAtMs))
                    .Integer(6, StoredJson.LabelsShard).Run();
            }

            if (partition >= 0)
            {
                _offset.Text(1, topic).Integer(2, partition).Integer(3, nextOffset).Run();
            }
        });
        return changes;
    }

    public void MarkSent(IReadOnlyList<long> ids) => _connection.InTransaction(() =>
    {
        foreach (var id in ids)
        {
            _sent.Integer(1, id).Run();
        }
    });
}
