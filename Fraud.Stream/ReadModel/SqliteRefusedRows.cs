using Fraud.Model;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;

namespace Fraud.Stream.ReadModel;

/// <summary>Parks payments in SQLite, within the transactions of <see cref="SqliteResultRows"/>.</summary>
internal sealed class SqliteRefusedRows(SqliteConnection connection, TimeProvider time)
{
    private readonly SqliteStatement _any = connection.PrepareOnce("SELECT EXISTS (SELECT 1 FROM refused_rows)");
    private readonly SqliteStatement _find = connection.PrepareOnce("SELECT shard, sequence, ordinal FROM refused_rows WHERE transaction_id = ?1");
    private readonly SqliteStatement _is = connection.PrepareOnce("SELECT 1 FROM refused_rows WHERE shard = ?1 AND sequence = ?2 AND ordinal = ?3");
    private readonly SqliteStatement _park = connection.PrepareOnce(
        """
        INSERT INTO refused_rows (shard, sequence, ordinal, transaction_id, event_time, refused_at, error, attempts, payload)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8) ON CONFLICT DO NOTHING
        """);

    private readonly SqliteStatement _again = connection.PrepareOnce(
        "UPDATE refused_rows SET attempts = attempts + 1, refused_at = ?4, error = ?5 WHERE shard = ?1 AND sequence = ?2 AND ordinal = ?3");

    private readonly SqliteStatement _leave = connection.PrepareOnce("DELETE FROM refused_rows WHERE shard = ?1 AND sequence = ?2 AND ordinal = ?3");

    public bool Any()
    {
        _any.Step();
        var any = _any.Integer(0) == 1;
        _any.Reset();
        return any;
    }

    /// <summary>Where a payment of this id is parked.</summary>
    public (int Shard, JournalPlace Place)? Find(in ShortText id)
    {
        (int, JournalPlace)? found = _find.Text(1, id.Utf8).Step()
            ? ((int)_find.Integer(0), new JournalPlace(_find.Integer(1), (int)_find.Integer(2)))
            : null;
        _find.Reset();
        return found;
    }

    public bool Has(RefusedRow parked)
    {
        var has = At(_is, parked).Step();
        _is.Reset();
        return has;
    }

    public void Park(in FollowedPage page, int ordinal, RowsRefusedException why)
    {
        var bytes = PageSlice.Cut(page, ordinal, out var payment);
        _park.Integer(1, page.Shard).Integer(2, page.Sequence).Integer(3, ordinal).Text(4, payment.Id.Utf8).Integer(5, payment.EventTimeMs)
            .Integer(6, NowMs).Text(7, why.Error).Blob(8, bytes).Run();
    }

    public void RefusedAgain(RefusedRow parked, RowsRefusedException why) => At(_again, parked).Integer(4, NowMs).Text(5, why.Error).Run();

    public void Leave(RefusedRow parked) => At(_leave, parked).Run();

    private static SqliteStatement At(SqliteStatement statement, RefusedRow parked) =>
        statement.Integer(1, parked.Shard).Integer(2, parked.Sequence).Integer(3, parked.Ordinal);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
