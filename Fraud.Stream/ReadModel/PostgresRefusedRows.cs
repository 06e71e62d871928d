using Fraud.Stream.Journal;
using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Stream.ReadModel;

/// <summary>Parks payments in PostgreSQL, within the transactions of <see cref="PostgresResultRows"/>.</summary>
internal sealed class PostgresRefusedRows(NpgsqlConnection connection, TimeProvider time)
{
    // Rows of before have no place.
    private const string Find = """
        SELECT t.shard, coalesce(t.sequence, 0), coalesce(t.ordinal, 0)
        FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time) WHERE i.transaction_id = $1
        UNION ALL SELECT shard, sequence, ordinal FROM refused_rows WHERE transaction_id = $1
        """;

    private const string ParkSql = """
        INSERT INTO refused_rows (shard, sequence, ordinal, transaction_id, event_time, refused_at, error, attempts, payload)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8) ON CONFLICT DO NOTHING
        """;

    private const string At = "WHERE shard = $1 AND sequence = $2 AND ordinal = $3";

    /// <summary>A payment is refused alone.</summary>
    /// <returns>False when its id has a place already: then it is a repeat, and that a trigger refuses it is of no matter.</returns>
    public bool TryPark(NpgsqlTransaction transaction, FollowedPage page, int ordinal, RowsRefusedException why)
    {
        var bytes = PageSlice.Cut(page, ordinal, out var payment);
        var id = payment.Id.ToString();
        List<(int Shard, JournalPlace Place)> places = [];
        var isRefused = transaction.TryPart(() => places = connection.Query(
            Find, static row => (row.GetInt32(0), new JournalPlace(row.GetInt64(1), row.GetInt32(2))), id)) is not null;
        if (places.Count > 0)
        {
            if (places[0] != (page.Shard, new JournalPlace(page.Sequence, ordinal)))
            {
                connection.Execute(
                    "INSERT INTO repeated_payments (shard, sequence, ordinal, transaction_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                    page.Shard, page.Sequence, ordinal, id);
            }

            return false;
        }

        // The id alone is refused where the database's encoding has no letter of it.
        connection.Execute(
            ParkSql, page.Shard, page.Sequence, ordinal, isRefused ? DBNull.Value : id, payment.EventTimeMs, NowMs, why.Error, bytes);
        return true;
    }

    /// <summary>False when it is parked no more.</summary>
    public bool TryLock(RefusedRow parked) => connection.Query(
        $"SELECT 1 FROM refused_rows {At} FOR UPDATE", static _ => true, parked.Shard, parked.Sequence, parked.Ordinal).Count > 0;

    public void RefusedAgain(RefusedRow parked, RowsRefusedException why) => connection.Execute(
        $"UPDATE refused_rows SET attempts = attempts + 1, refused_at = $4, error = $5 {At}", parked.Shard, parked.Sequence, parked.Ordinal, NowMs, why.Error);

    public void Leave(RefusedRow parked) =>
        connection.Execute($"DELETE FROM refused_rows {At}", parked.Shard, parked.Sequence, parked.Ordinal);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
