using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Stream.ReadModel;

/// <summary><see cref="IRowStore"/> in PostgreSQL.</summary>
internal sealed class PostgresRows(NpgsqlDataSource source, TimeSpan lockTimeout, TimeProvider time) : IRowStore
{
    public IResultRows Open() => PostgresErrors.Guard(() =>
    {
        var connection = source.OpenConnection();
        try
        {
            return new PostgresResultRows(connection, new PostgresPartitions(time), lockTimeout, time);
        }
        catch
        {
            // A server that refuses to write must not use up the pool, try by try.
            connection.Dispose();
            throw;
        }
    });

    public IReadOnlyDictionary<int, long> ReadPositions() => source.Stream(
            "SELECT shard, position FROM reader_positions WHERE reader = 'results'",
            static row => KeyValuePair.Create(row.GetInt32(0), row.GetInt64(1)))
        .ToDictionary();

    // One statement, so of one look: a position, then places.
    public RepeatNotes ReadRepeats(int shard)
    {
        long position = 0;
        var open = new List<JournalPlace>();
        foreach (var (sequence, ordinal) in source.Stream(
            """
            SELECT position, -1 FROM reader_positions WHERE reader = 'results' AND shard = $1
            UNION ALL SELECT sequence, ordinal FROM repeated_payments WHERE shard = $1 AND retracted IS NULL
            """,
            static row => (row.GetInt64(0), row.GetInt32(1)), shard))
        {
            if (ordinal < 0)
            {
                position = sequence;
            }
            else
            {
                open.Add(new JournalPlace(sequence, ordinal));
            }
        }

        open.Sort();
        return new RepeatNotes(position, open);
    }

    public StoredAnswer? ReadAnswer(in ShortText transactionId) => source.Stream(
        """
        SELECT fraud_score, decision, reasons, model, model_version, review_threshold, block_threshold
        FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
        WHERE i.transaction_id = $1
        """,
        static row => new StoredAnswer(
            row.GetFloat(0), (Decision)row.GetInt16(1), row.IsDBNull(2) ? [] : StoredJson.ReadReasons(row.GetString(2)),
            new ScoredBy(row.GetString(3), row.GetString(4), row.GetFloat(5), row.GetFloat(6))),
        transactionId.ToString()).FirstOrDefault() ?? ReadParked(transactionId.ToString());

    private StoredAnswer? ReadParked(string id) => source.Stream(
        "SELECT payload FROM refused_rows WHERE transaction_id = $1", static row => row.GetFieldValue<byte[]>(0), id).Select(StoredAnswer.Of).FirstOrDefault();
}
