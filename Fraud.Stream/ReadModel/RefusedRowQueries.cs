using Fraud.Stream.Database;
using LinqToDB;

namespace Fraud.Stream.ReadModel;

/// <summary>Payments that are parked because the database refused their rows; few as a rule.</summary>
/// <inheritdoc cref="FraudDatabase" path="/remarks"/>
public sealed class RefusedRowQueries(FraudDatabase database)
{
    public long Count() => database.Read(static db => db.GetTable<RefusedRow>().LongCount());

    /// <summary>The payment under an id; null when none is parked.</summary>
    public RefusedRow? Find(string transactionId) =>
        database.Ask(db => db.GetTable<RefusedRow>().FirstOrDefault(row => row.TransactionId == transactionId));

    /// <summary>As it is now; null when it is parked no more.</summary>
    public RefusedRow? At(RefusedRow place) => database.Ask(db => db.GetTable<RefusedRow>()
        .FirstOrDefault(row => row.Shard == place.Shard && row.Sequence == place.Sequence && row.Ordinal == place.Ordinal));

    /// <summary>In the order of their places, behind one.</summary>
    public IReadOnlyList<RefusedRow> List(RefusedRow? after, int limit)
    {
        var (shard, sequence, ordinal) = after is null ? (-1, 0L, 0) : (after.Shard, after.Sequence, after.Ordinal);
        return database.Ask(db => db.GetTable<RefusedRow>()
            .Where(row => row.Shard > shard || (row.Shard == shard && (row.Sequence > sequence || (row.Sequence == sequence && row.Ordinal > ordinal))))
            .OrderBy(static row => row.Shard).ThenBy(static row => row.Sequence).ThenBy(static row => row.Ordinal)
            .Take(limit).ToList());
    }
}
