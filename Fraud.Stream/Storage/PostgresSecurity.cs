using Fraud.Stream.Audit;
using Fraud.Stream.Keys;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <summary>API keys and the audit log.</summary>
internal sealed class PostgresSecurity(NpgsqlDataSource source, TimeSpan lockTimeout)
{
    // In a parameter; the column holds NULL then.
    private const long Never = 0;

    private const string Insert =
        "INSERT INTO audit (at, actor, action, subject, outcome, detail) VALUES ($1, $2, $3, $4, $5, $6)";

    public bool Add(StoredKey key, AuditEntry entry) => Changes(
        entry,
        """
        INSERT INTO api_keys (key_id, name, scopes, hash, created_at, expires_at)
        SELECT $1, $2, $3, $4, $5, nullif($6, 0) WHERE (SELECT count(*) FROM api_keys) < $7
        """,
        key.Id, key.Name, (short)key.Scopes, key.Hash, key.CreatedAtMs, key.ExpiresAtMs ?? Never, (long)IKeyStore.MaxKeys);

    public bool Revoke(string id, long atMs, AuditEntry entry) =>
        Changes(entry, "UPDATE api_keys SET revoked_at = $2 WHERE key_id = $1 AND revoked_at IS NULL", id, atMs);

    public IReadOnlyList<StoredKey> ReadKeys() =>
        [.. source.Stream(
            "SELECT key_id, name, scopes, hash, created_at, expires_at, revoked_at FROM api_keys ORDER BY created_at, key_id",
            static row => new StoredKey(
                row.GetString(0), row.GetString(1), (Scopes)row.GetInt16(2), row.GetFieldValue<byte[]>(3), row.GetInt64(4),
                row.IsDBNull(5) ? null : row.GetInt64(5), row.IsDBNull(6) ? null : row.GetInt64(6)))];

    public long ReadVersion() =>
        source.Stream("SELECT count(*) + count(revoked_at) FROM api_keys", static row => row.GetInt64(0)).First();

    public void Append(AuditEntry entry) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        Append(connection, entry);
    });

    public IReadOnlyList<AuditEntry> ReadAudit(long before, int limit) =>
        [.. source.Stream(
            "SELECT id, at, actor, action, subject, outcome, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2",
            static row => new AuditEntry(
                row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6)),
            before, limit)];

    private bool Changes(AuditEntry entry, string sql, params object[] parameters) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.Begin(lockTimeout);
        if (connection.Execute(sql, parameters) == 0)
        {
            return false;
        }

        Append(connection, entry);
        transaction.Commit();
        return true;
    });

    private static void Append(NpgsqlConnection connection, AuditEntry entry) => connection.Execute(
        Insert, entry.AtMs, entry.Actor, entry.Action, entry.Subject, entry.Outcome, entry.Detail);
}
