using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Stream.Retention;

/// <summary>Removes payments: months as their partitions, and what the default partition has in steps. One caller at a time.</summary>
internal sealed class PostgresMonths(NpgsqlConnection connection, int stepRows)
{
    // Positions that transactions still open may have been given: their rows can appear behind those that were passed. A node writes rows in
    // one at a time, of some ReadModel:MaxTransaction (4,096).
    private const long InFlight = 100_000;

    private const string Months = """
        SELECT c.relname::text FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'transactions'::regclass ORDER BY c.relname
        """;

    // Of payments that are there again under a later position, because their id had left already, the later id stays.
    private const string WithTheirs = """
        , ids AS (DELETE FROM transaction_ids AS i USING over WHERE i.transaction_id = over.transaction_id AND i.position = over.position RETURNING 1)
        SELECT (SELECT count(*) FROM ids), max(position), count(*) FROM over
        """;

    private const string Strays = $"""
        WITH over AS (
            DELETE FROM transactions_other WHERE (position, event_time) IN (
                SELECT position, event_time FROM transactions_other WHERE event_time < $1 LIMIT $2)
            RETURNING transaction_id, position)
        {WithTheirs}
        """;

    private string? _month;
    private long _after;

    public RetentionStep Remove(long beforeMs)
    {
        if (_month is null && connection.Query(Months, static row => row.GetString(0)).Find(name => PostgresPartitions.EndsBefore(name, beforeMs)) is { } next)
        {
            (_month, _after) = (next, 0);
        }

        if (_month is not { } month)
        {
            var strays = connection.Query(Strays, static row => row.GetInt64(2), beforeMs, (long)stepRows)[0];
            return new RetentionStep(strays, strays < stepRows);
        }

        var (removed, last) = RemoveIds(month, _after, stepRows);
        if (last is { } position)
        {
            _after = position;
            return new RetentionStep(removed, IsLast: false);
        }

        return new RetentionStep(Drop(month), IsLast: false);
    }

    private (long Removed, long? Last) RemoveIds(string month, long after, long limit) => connection.Query(
        $"WITH over AS (SELECT transaction_id, position FROM {month} WHERE position > $1 ORDER BY position LIMIT $2) {WithTheirs}",
        static row => (row.GetInt64(0), row.IsDBNull(1) ? (long?)null : row.GetInt64(1)), after, limit)[0];

    // Commits never touch the table; who reads or writes rows waits, no longer than the lock is waited for and the catalogue is changed.
    private long Drop(string month)
    {
        using var transaction = connection.BeginTransaction();
        connection.Execute("LOCK TABLE transactions IN ACCESS EXCLUSIVE MODE");
        var (late, _) = RemoveIds(month, _after - InFlight, long.MaxValue);
        connection.Execute($"DROP TABLE {month}");
        transaction.Commit();
        _month = null;
        return late;
    }
}
