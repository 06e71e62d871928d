using Fraud.Stream.Audit;
using Fraud.Stream.Keys;

namespace Fraud.Stream.Storage;

/// <content>API keys and the audit log.</content>
public sealed partial class PostgresStore
{
    public bool AddKey(StoredKey key, AuditEntry entry) => _security.Add(key, entry);

    public bool RevokeKey(string id, long atMs, AuditEntry entry) => _security.Revoke(id, atMs, entry);

    public IReadOnlyList<StoredKey> ReadKeys() => _security.ReadKeys();

    public long ReadKeyVersion() => _security.ReadVersion();

    public void AppendAudit(AuditEntry entry) => _security.Append(entry);

    public IReadOnlyList<AuditEntry> ReadAudit(long before, int limit) => _security.ReadAudit(before, limit);
}
