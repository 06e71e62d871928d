using System.Text.Json;
using Fraud.Stream.Drift;

namespace Fraud.Stream.Storage;

/// <summary>Decisions and labels in SQLite.</summary>
internal sealed class SqliteQuality(SqliteQuestions readers) : IQualityStore, IQualityReads
{
    public IReadOnlyList<QualityCounts> Count(long scoredBeforeMs, int most) => QualityWindow.Count(this, scoredBeforeMs, most);

    public long Head() =>
        readers.Read("SELECT coalesce(max(position), 0) FROM transactions", [], static row => row.Integer(0))[0];

    public (long Position, long ScoredAtMs)? AtOrAfter(long position)
    {
        var found = readers.Read(
            "SELECT position, scored_at FROM transactions WHERE position >= ?1 ORDER BY position LIMIT 1",
            [position], static row => (row.Integer(0), row.Integer(1)));
        return found.Count > 0 ? found[0] : null;
    }

    public IReadOnlyList<QualityRow> Sample(long[] positions) => readers.Read(
        """
        SELECT model, model_version, 0, count(*) FROM transactions
        WHERE position IN (SELECT value FROM json_each(?1)) GROUP BY model, model_version
        """,
        [JsonSerializer.Serialize(positions)], Row);

    public IReadOnlyList<QualityRow> Flagged(long from, long to) => readers.Read(
        """
        SELECT model, model_version, 1, count(*) FROM transactions
        WHERE decision <> 0 AND position > ?1 AND position <= ?2 GROUP BY model, model_version
        """,
        [from, to], Row);

    // CROSS JOIN: SQLite then keeps the order, from the few labels to their payments.
    public IReadOnlyList<QualityRow> Frauds(long from, long to, int most) => readers.Read(
        """
        SELECT t.model, t.model_version, t.decision <> 0, count(*)
        FROM (SELECT DISTINCT transaction_id FROM (SELECT transaction_id FROM label_journal ORDER BY sequence DESC LIMIT ?3)) j
        CROSS JOIN labels l ON l.transaction_id = j.transaction_id AND l.is_fraud
        CROSS JOIN transactions t ON t.transaction_id = j.transaction_id
        WHERE t.position > ?1 AND t.position <= ?2 GROUP BY t.model, t.model_version, t.decision <> 0
        """,
        [from, to, most], Row);

    private static QualityRow Row(SqliteStatement row) => new(row.Text(0), row.Text(1), row.Integer(2) != 0, row.Integer(3));
}
