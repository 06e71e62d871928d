using Fraud.Stream.Audit;
using Fraud.Stream.Keys;

namespace Fraud.Stream.Storage;

/// <content>API keys and the audit log.</content>
public sealed partial class SqliteStore
{
    public bool AddKey(StoredKey key, AuditEntry entry)
    {
        lock (RowsFile.Writing)
        {
            return Writer.Security.Add(key, entry);
        }
    }

    public bool RevokeKey(string id, long atMs, AuditEntry entry)
    {
        lock (RowsFile.Writing)
        {
            return Writer.Security.Revoke(id, atMs, entry);
        }
    }

    public IReadOnlyList<StoredKey> ReadKeys() => [.. RowsFile.Read(SqliteSecurity.SelectKeys, static _ => { }, SqliteSecurity.Key)];

    public long ReadKeyVersion() => RowsFile.Read(SqliteSecurity.SelectVersion, static _ => { }, static row => row.Integer(0)).First();

    public void AppendAudit(AuditEntry entry)
    {
        lock (RowsFile.Writing)
        {
            Writer.Security.Append(entry);
        }
    }

    public IReadOnlyList<AuditEntry> ReadAudit(long before, int limit) =>
        [.. RowsFile.Read(SqliteSecurity.SelectAudit, query => query.Integer(1, before).Integer(2, limit), SqliteSecurity.Entry)];
}
