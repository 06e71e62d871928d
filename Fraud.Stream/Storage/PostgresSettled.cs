using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>
/// Finds up to which position all results are there for good. Positions are given out before a commit, so those of
/// several nodes become visible out of order: who reads by position must not pass over one that is still on its way.
/// </summary>
/// <remarks>
/// Whoever takes a position locks the sequence (as every nextval does) until its transaction is over, and what it wrote
/// is visible before the lock is gone. So once all who held the lock when the sequence stood at H have let go of it,
/// nothing up to H will come any more. Writers pay nothing for it. Thread-safe.
/// </remarks>
internal sealed class PostgresSettled(TimeSpan longest, TimeProvider time)
{
    // Looks that wait for their writers; a commit takes milliseconds, so older ones are soon settled.
    private const int MostLooks = 64;

    private readonly Lock _looking = new();
    private readonly Queue<(long Head, List<string> Writers)> _open = new();
    private long _settled = -1;

    public long Head(NpgsqlConnection connection)
    {
        lock (_looking)
        {
            var started = time.GetTimestamp();
            Look(connection);
            while (_settled < 0)
            {
                // Only at first, and when somebody was writing just then.
                if (time.GetElapsedTime(started) > longest)
                {
                    throw new TimeoutException("A transaction that writes results does not end.");
                }

                connection.Query("SELECT pg_sleep(0.005)", static _ => true);
                Look(connection);
            }

            return _settled;
        }
    }

    private void Look(NpgsqlConnection connection)
    {
        // First the sequence, then who may still be writing what it gave out.
        var head = connection.Query(
            "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM transactions_position",
            static row => row.GetInt64(0))[0];
        var writers = connection.Query(
            """
            SELECT virtualtransaction FROM pg_locks
            WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND relation = 'transactions_position'::regclass
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            static row => row.GetString(0));
        if (writers.Count == 0)
        {
            _open.Clear();
            _settled = head;
            return;
        }

        while (_open.TryPeek(out var look) && !look.Writers.Exists(writers.Contains))
        {
            _settled = _open.Dequeue().Head;
        }

        if (_open.Count < MostLooks)
        {
            _open.Enqueue((head, writers));
        }
    }
}
