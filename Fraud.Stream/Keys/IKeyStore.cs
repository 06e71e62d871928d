using Fraud.Stream.Audit;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Keys;

/// <summary>API keys, in the same database as the results.</summary>
/// <remarks>
/// The calls block, may come from any thread, and throw <see cref="StoreUnavailableException"/> when they may
/// succeed later. A key is never removed, so that what it did can always be said whose it was.
/// </remarks>
public interface IKeyStore
{
    /// <summary>Keys in one store, the revoked ones included: nodes hold them all in memory.</summary>
    // Some 300 bytes each in memory.
    const int MaxKeys = 10_000;

    /// <summary>Adds a key and says so in the audit log, in one transaction. False when there are <see cref="MaxKeys"/> already.</summary>
    bool AddKey(StoredKey key, AuditEntry entry);

    /// <summary>Revokes a key and says so in the audit log, in one transaction. False when there is none, or it was revoked before.</summary>
    bool RevokeKey(string id, long atMs, AuditEntry entry);

    /// <summary>All keys, the oldest first.</summary>
    IReadOnlyList<StoredKey> ReadKeys();

    /// <summary>A number that is another one after every change of the keys.</summary>
    long ReadKeyVersion();
}
