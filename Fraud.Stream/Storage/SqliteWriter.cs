using Fraud.Model;
using Fraud.Stream.Database;

namespace Fraud.Stream.Storage;

/// <summary>The statements that write the rows' file: labels, cases, keys. One caller at a time.</summary>
internal sealed class SqliteWriter
{
    private readonly SqliteConnection _connection;
    private readonly SqliteLabels _labels;
    private readonly SqliteStatement _offset;

    public SqliteWriter(SqliteConnection connection, TimeProvider time)
    {
        _connection = connection;
        _labels = new SqliteLabels(connection, time);
        connection.HandBound = new HandBound(_labels, new SqliteShadowWriter(connection));
        Cases = new SqliteCaseWriter(connection, _labels);
        _offset = connection.Prepare(
            """
            INSERT INTO offsets (topic, partition, next_offset) VALUES (?1, ?2, ?3)
            ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
            """);
    }

    public SqliteCaseWriter Cases { get; }

    /// <summary>Runs queries that are written once for both databases, in one transaction; an exception or false leaves nothing of it.</summary>
    public bool TryInTransaction(Func<FraudDb, bool> work) => _connection.TryInTransaction(() => work(_connection.Db));

    public IReadOnlyList<LabelChange> CommitLabels(string topic, int partition, long nextOffset, IReadOnlyList<Label> labels)
    {
        var changes = new List<LabelChange>();
        _connection.InTransaction(() =>
        {
            foreach (var label in labels)
            {
                _labels.Write(label, changes);
            }

            if (partition >= 0)
            {
                _offset.Text(1, topic).Integer(2, partition).Integer(3, nextOffset).Run();
            }
        });
        return changes;
    }
}
