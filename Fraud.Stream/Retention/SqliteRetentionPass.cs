using Fraud.Stream.Storage;

namespace Fraud.Stream.Retention;

/// <summary><see cref="IRetentionPass"/> on SQLite's files.</summary>
/// <remarks>
/// The pages of the file that become free are used for what comes; the file does not shrink. What is over age is looked for beside the
/// writer, and removed in its lock, as rows are written.
/// </remarks>
internal sealed class SqliteRetentionPass(SqliteFile rows, SqliteFile journal, int stepRows) : IRetentionPass
{
    // Rows that one look passes at most: about 3 MB of the file, a few milliseconds.
    private const int LookedAt = 10_000;

    private static readonly RetentionSql Sql = new('?', "transactions");

    // Time has no index, which would cost each row's writing: rows are walked by position. The last row stays, whatever its age: its
    // position would be given again, and who reads by position would pass over what comes.
    private const string Walk = """
        SELECT position, event_time, transaction_id FROM transactions
        WHERE position > ?1 AND position < (SELECT max(position) FROM transactions) ORDER BY position LIMIT ?2
        """;

    private long _walked;

    public RetentionStep Remove(RetainedKind kind, long beforeMs) => kind switch
    {
        RetainedKind.Payments => RemovePayments(beforeMs),
        RetainedKind.Labels => Remove(kind, beforeMs, "DELETE FROM waiting_labels WHERE transaction_id = ?1", "DELETE FROM labels WHERE transaction_id = ?1"),
        RetainedKind.Cases => Remove(
            kind, beforeMs, "DELETE FROM case_events WHERE transaction_id = ?1", "DELETE FROM case_labels WHERE transaction_id = ?1",
            "DELETE FROM cases WHERE transaction_id = ?1"),
        RetainedKind.LabelChanges => Remove(kind, beforeMs, "DELETE FROM label_journal WHERE sequence = ?1"),
        RetainedKind.WebhookEvents => Remove(kind, beforeMs, "DELETE FROM webhook_events WHERE event_id = ?1"),
        RetainedKind.Audit => Remove(kind, beforeMs, "DELETE FROM audit WHERE id = ?1"),
        RetainedKind.Comparisons => Remove(kind, beforeMs, "DELETE FROM shadow_scores WHERE position = ?1"),
        RetainedKind.RefusedRows => Remove(kind, beforeMs, "DELETE FROM refused_rows WHERE shard = ?1 AND sequence = ?2 AND ordinal = ?3"),
        RetainedKind.Repeats => Remove(kind, beforeMs, "DELETE FROM repeated_payments WHERE shard = ?1 AND sequence = ?2 AND ordinal = ?3"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind"),
    };

    public void Dispose()
    {
        // The files are the store's.
    }

    /// <summary>Rows of the kind: their keys.</summary>
    public static string Select(RetainedKind kind) => kind switch
    {
        RetainedKind.Labels => Sql.Labels,
        RetainedKind.Cases => Sql.Cases,
        RetainedKind.LabelChanges => Sql.LabelChanges,
        RetainedKind.WebhookEvents => Sql.WebhookEvents,
        RetainedKind.Audit => Sql.Audit,
        RetainedKind.Comparisons => Sql.Comparisons,
        RetainedKind.RefusedRows => Sql.RefusedRows,
        RetainedKind.Repeats => Sql.Repeats,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind"),
    };

    /// <summary>Position of the label journal that cards of all shards and the terminals contain, as far as they are stored.</summary>
    public static long LabelsInHistories(SqliteFile journal) => journal.Read(
        """
        SELECT min(coalesce((SELECT min(snapshot_labels) FROM shards), 0), coalesce((SELECT labels FROM terminal_snapshots WHERE ordinal = 0), 0))
        """,
        static _ => { },
        static row => row.Integer(0)).First();

    private RetentionStep Remove(RetainedKind kind, long beforeMs, params ReadOnlySpan<string> deletes)
    {
        var keys = rows.Read(
            Select(kind),
            query =>
            {
                query.Integer(1, beforeMs).Integer(2, stepRows);
                if (kind == RetainedKind.LabelChanges)
                {
                    query.Integer(3, LabelsInHistories(journal));
                }
            },
            row => Enumerable.Range(0, kind is RetainedKind.Repeats or RetainedKind.RefusedRows ? 3 : 1).Select(i => row.Value(i)!).ToArray()).ToList();
        if (keys.Count > 0)
        {
            Delete(deletes.ToArray(), keys);
        }

        return new RetentionStep(keys.Count, keys.Count < stepRows);
    }

    private RetentionStep RemovePayments(long beforeMs)
    {
        var over = new List<object[]>();
        var looked = 0;
        foreach (var (position, at, id) in rows.Read(
            Walk, query => query.Integer(1, _walked).Integer(2, LookedAt), static row => (row.Integer(0), row.Integer(1), row.Text(2))))
        {
            looked++;
            _walked = position;
            if (at < beforeMs)
            {
                over.Add([position, id]);
                if (over.Count == stepRows)
                {
                    break;
                }
            }
        }

        if (over.Count > 0)
        {
            Delete(["DELETE FROM transactions WHERE position = ?1 AND transaction_id = ?2"], over);
        }

        return new RetentionStep(over.Count, over.Count < stepRows && looked < LookedAt);
    }

    private void Delete(string[] deletes, List<object[]> keys)
    {
        lock (rows.Writing)
        {
            rows.Writer.InTransaction(() =>
            {
                foreach (var sql in deletes)
                {
                    var delete = rows.Writer.PrepareOnce(sql);
                    foreach (var key in keys)
                    {
                        for (var i = 0; i < key.Length; i++)
                        {
                            _ = key[i] is long number ? delete.Integer(i + 1, number) : delete.Text(i + 1, (string)key[i]);
                        }

                        delete.Run();
                    }
                }
            });
        }
    }
}
