using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;

namespace Fraud.Stream.ReadModel;

/// <summary><see cref="IRowStore"/> in SQLite.</summary>
internal sealed class SqliteRows(SqliteFile file, TimeProvider time) : IRowStore
{
    public IResultRows Open() => new SqliteResultRows(file, time);

    public IReadOnlyDictionary<int, long> ReadPositions() => file.Read(
            "SELECT shard, position FROM reader_positions WHERE reader = 'results'",
            static _ => { },
            static row => KeyValuePair.Create((int)row.Integer(0), row.Integer(1)))
        .ToDictionary();

    // One statement, so of one look: a position, then places.
    public RepeatNotes ReadRepeats(int shard)
    {
        long position = 0;
        var open = new List<JournalPlace>();
        foreach (var (sequence, ordinal) in file.Read(
            """
            SELECT position, -1 FROM reader_positions WHERE reader = 'results' AND shard = ?1
            UNION ALL SELECT sequence, ordinal FROM repeated_payments WHERE shard = ?1 AND retracted IS NULL
            """,
            query => query.Integer(1, shard),
            static row => (row.Integer(0), row.Integer(1))))
        {
            if (ordinal < 0)
            {
                position = sequence;
            }
            else
            {
                open.Add(new JournalPlace(sequence, (int)ordinal));
            }
        }

        open.Sort();
        return new RepeatNotes(position, open);
    }

    public StoredAnswer? ReadAnswer(in ShortText transactionId)
    {
        var id = transactionId;
        return file.Read(
            """
            SELECT fraud_score, decision, reasons, model, model_version, review_threshold, block_threshold
            FROM transactions WHERE transaction_id = ?1
            """,
            query => query.Text(1, id.Utf8),
            static row => new StoredAnswer(
                (float)row.Real(0), (Decision)row.Integer(1), row.IsNull(2) ? [] : StoredJson.ReadReasons(row.Text(2)),
                new ScoredBy(row.Text(3), row.Text(4), (float)row.Real(5), (float)row.Real(6)))).FirstOrDefault()
            ?? ReadParked(id);
    }

    private StoredAnswer? ReadParked(ShortText id) => file.Read(
        "SELECT payload FROM refused_rows WHERE transaction_id = ?1", query => query.Text(1, id.Utf8), static row => row.Blob(0))
        .Select(StoredAnswer.Of).FirstOrDefault();
}
