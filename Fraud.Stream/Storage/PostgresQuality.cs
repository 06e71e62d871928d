using Fraud.Stream.Drift;
using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>Decisions and labels in PostgreSQL, on the connections for questions.</summary>
internal sealed class PostgresQuality(PostgresCases questions) : IQualityStore, IQualityReads
{
    public IReadOnlyList<QualityCounts> Count(long scoredBeforeMs, int most) => QualityWindow.Count(this, scoredBeforeMs, most);

    public long Head() => questions.Read(static connection => connection.Query(
        "SELECT coalesce(max(position), 0) FROM transactions", static row => row.GetInt64(0)))[0];

    public (long Position, long ScoredAtMs)? AtOrAfter(long position)
    {
        var found = questions.Read(connection => connection.Query(
            "SELECT position, scored_at FROM transactions WHERE position >= $1 ORDER BY position LIMIT 1",
            static row => (row.GetInt64(0), row.GetInt64(1)), position));
        return found.Count > 0 ? found[0] : null;
    }

    public IReadOnlyList<QualityRow> Sample(long[] positions) => questions.Read(connection => connection.Query(
        "SELECT model, model_version, false, count(*) FROM transactions WHERE position = ANY ($1) GROUP BY model, model_version",
        Row, (object)positions));

    public IReadOnlyList<QualityRow> Flagged(long from, long to) => questions.Read(connection => connection.Query(
        """
        SELECT model, model_version, true, count(*) FROM transactions
        WHERE decision <> 0 AND position > $1 AND position <= $2 GROUP BY model, model_version
        """,
        Row, from, to));

    public IReadOnlyList<QualityRow> Frauds(long from, long to, int most) => questions.Read(connection => connection.Query(
        """
        SELECT t.model, t.model_version, t.decision <> 0, count(*)
        FROM (SELECT DISTINCT transaction_id FROM (SELECT transaction_id FROM label_journal ORDER BY sequence DESC LIMIT $3) newest) j
        JOIN labels l ON l.transaction_id = j.transaction_id AND l.is_fraud
        JOIN transaction_ids i ON i.transaction_id = j.transaction_id AND i.position > $1 AND i.position <= $2
        JOIN transactions t ON t.position = i.position AND t.event_time = i.event_time
        GROUP BY t.model, t.model_version, t.decision <> 0
        """,
        Row, from, to, most));

    private static QualityRow Row(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetInt64(3));
}
