using Fraud.Stream.Storage;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Retention;

/// <summary><see cref="IRetentionPass"/> in PostgreSQL.</summary>
/// <remarks>
/// A month leaves whole, once all of it is over age: first the ids of its payments, in steps, then its table. In between a payment can be seen
/// in lists and not be found by its id. Whatever ends this, the next pass goes on.
/// </remarks>
/// <param name="connection">Holds the lock, and is disposed of with this.</param>
internal sealed class PostgresRetentionPass(NpgsqlConnection connection, int stepRows) : IRetentionPass
{
    private readonly PostgresMonths _months = new(connection, stepRows);

    public RetentionStep Remove(RetainedKind kind, long beforeMs) => Guard(() => kind switch
    {
        RetainedKind.Payments => _months.Remove(Before(kind, beforeMs)),
        RetainedKind.Labels => Remove(
            kind, beforeMs, "FOR UPDATE SKIP LOCKED", "DELETE FROM waiting_labels WHERE transaction_id = ANY ($1)", "DELETE FROM labels WHERE transaction_id = ANY ($1)"),
        RetainedKind.Cases => Remove(
            kind, beforeMs, "FOR UPDATE SKIP LOCKED", "DELETE FROM case_events WHERE transaction_id = ANY ($1)",
            "DELETE FROM case_labels WHERE transaction_id = ANY ($1)", "DELETE FROM cases WHERE transaction_id = ANY ($1)"),
        RetainedKind.WebhookEvents => Remove(kind, beforeMs, "FOR UPDATE SKIP LOCKED", "DELETE FROM webhook_events WHERE event_id = ANY ($1)"),
        RetainedKind.LabelChanges => Remove(kind, beforeMs, "", "DELETE FROM label_journal WHERE sequence = ANY ($1)"),
        RetainedKind.Audit => Remove(kind, beforeMs, "", "DELETE FROM audit WHERE id = ANY ($1)"),
        RetainedKind.Comparisons => Remove(kind, beforeMs, "", "DELETE FROM shadow_scores WHERE position = ANY ($1)"),
        RetainedKind.RefusedRows => RemovePlaces("refused_rows", PostgresRetention.Sql.RefusedRows, Before(kind, beforeMs)),
        RetainedKind.Repeats => RemovePlaces("repeated_payments", PostgresRetention.Sql.Repeats, Before(kind, beforeMs)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind"),
    });

    public void Dispose() => connection.Dispose();

    public static string Select(RetainedKind kind) => kind switch
    {
        RetainedKind.Labels => PostgresRetention.Sql.Labels,
        RetainedKind.Cases => PostgresRetention.Sql.Cases,
        RetainedKind.LabelChanges => PostgresRetention.Sql.LabelChanges,
        RetainedKind.WebhookEvents => PostgresRetention.Sql.WebhookEvents,
        RetainedKind.Audit => PostgresRetention.Sql.Audit,
        RetainedKind.Comparisons => PostgresRetention.Sql.Comparisons,
        RetainedKind.RefusedRows => PostgresRetention.Sql.RefusedRows,
        RetainedKind.Repeats => PostgresRetention.Sql.Repeats,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind"),
    };

    /// <summary>What belongs to a payment stays as long as its month does.</summary>
    public static long Before(RetainedKind kind, long beforeMs) =>
        kind is RetainedKind.Audit or RetainedKind.WebhookEvents ? beforeMs : PostgresPartitions.StartOfMonth(beforeMs);

    /// <summary>Position of the label journal that cards of all shards and the terminals contain, as far as they are stored.</summary>
    public const string LabelsInHistories = """
        SELECT least(coalesce((SELECT min(snapshot_labels) FROM shards), 0), coalesce((SELECT labels FROM terminal_snapshots WHERE ordinal = 0), 0))
        """;

    private RetentionStep Remove(RetainedKind kind, long beforeMs, string locking, params ReadOnlySpan<string> deletes)
    {
        using var transaction = connection.BeginTransaction();
        object[] values = kind == RetainedKind.LabelChanges
            ? [Before(kind, beforeMs), (long)stepRows, connection.Query(LabelsInHistories, static row => row.GetInt64(0))[0]]
            : [Before(kind, beforeMs), (long)stepRows];
        var keys = connection.Query($"{Select(kind)} {locking}", static row => row.GetValue(0), values);
        object list = keys is [string, ..] ? keys.Cast<string>().ToArray() : keys.Cast<long>().ToArray();
        if (keys.Count > 0)
        {
            foreach (var sql in deletes)
            {
                connection.Execute(sql, [list]);
            }
        }

        transaction.Commit();
        return new RetentionStep(keys.Count, keys.Count < stepRows);
    }

    private RetentionStep RemovePlaces(string table, string select, long beforeMs)
    {
        var removed = connection.Execute($"DELETE FROM {table} WHERE (shard, sequence, ordinal) IN ({select})", beforeMs, (long)stepRows);
        return new RetentionStep(removed, removed < stepRows);
    }
}
