using Fraud.Stream.Audit;
using Fraud.Stream.Database;
using LinqToDB;

namespace Fraud.Stream.Keys;

/// <summary>API keys. A key is never removed, so that what it did can always be said whose it was.</summary>
/// <inheritdoc cref="FraudDatabase" path="/remarks"/>
public sealed class KeyQueries(FraudDatabase database)
{
    /// <summary>Keys in one store, the revoked ones included: nodes hold them all in memory.</summary>
    // Some 300 bytes each in memory.
    public const int MaxKeys = 10_000;

    /// <summary>Adds a key and says so in the audit log, in one transaction. False when there are <see cref="MaxKeys"/> already.</summary>
    public bool Add(StoredKey key, AuditEntry entry) => database.TryWrite(db =>
    {
        if (db.GetTable<StoredKey>().Count() >= MaxKeys)
        {
            return false;
        }

        db.Insert(key);
        db.Insert(entry);
        return true;
    });

    /// <summary>Revokes a key and says so in the audit log, in one transaction. False when there is none, or it was revoked before.</summary>
    public bool Revoke(string id, long atMs, AuditEntry entry) => database.TryWrite(db =>
    {
        var isRevoked = db.GetTable<StoredKey>().Where(key => key.Id == id && key.RevokedAtMs == null).Set(static key => key.RevokedAtMs, atMs).Update() > 0;
        if (isRevoked)
        {
            db.Insert(entry);
        }

        return isRevoked;
    });

    /// <summary>All keys, the oldest first.</summary>
    public IReadOnlyList<StoredKey> All() => database.Read(static db =>
        db.GetTable<StoredKey>().OrderBy(static key => key.CreatedAtMs).ThenBy(static key => key.Id).ToList());

    /// <summary>A number that is another one after every change of the keys.</summary>
    public long Version() => database.Read(static db => db.GetTable<StoredKey>().Sum(static key => key.RevokedAtMs == null ? 1L : 2L));
}
