using Fraud.Stream.Audit;
using Fraud.Stream.Keys;

namespace Fraud.Stream.Storage;

/// <summary>API keys and the audit log, on the writing connection. One caller at a time.</summary>
internal sealed class SqliteSecurity(SqliteConnection connection)
{
    public const string SelectKeys =
        "SELECT key_id, name, scopes, hash, created_at, expires_at, revoked_at FROM api_keys ORDER BY created_at, key_id";

    public const string SelectVersion = "SELECT count(*) + count(revoked_at) FROM api_keys";

    public const string SelectAudit =
        "SELECT id, at, actor, action, subject, outcome, detail FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2";

    private readonly SqliteStatement _add = connection.Prepare(
        """
        INSERT INTO api_keys (key_id, name, scopes, hash, created_at, expires_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT count(*) FROM api_keys) < ?7
        RETURNING key_id
        """);

    private readonly SqliteStatement _revoke = connection.Prepare(
        "UPDATE api_keys SET revoked_at = ?2 WHERE key_id = ?1 AND revoked_at IS NULL RETURNING key_id");

    private readonly SqliteStatement _audit = connection.Prepare(
        "INSERT INTO audit (at, actor, action, subject, outcome, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");

    public bool Add(StoredKey key, AuditEntry entry) => Changes(entry, () =>
    {
        _add.Text(1, key.Id).Text(2, key.Name).Integer(3, (long)key.Scopes).Blob(4, key.Hash).Integer(5, key.CreatedAtMs)
            .Integer(7, IKeyStore.MaxKeys);
        _ = key.ExpiresAtMs is { } expires ? _add.Integer(6, expires) : _add.Null(6);
        return _add;
    });

    public bool Revoke(string id, long atMs, AuditEntry entry) => Changes(entry, () => _revoke.Text(1, id).Integer(2, atMs));

    public void Append(AuditEntry entry) => _audit.Integer(1, entry.AtMs).Text(2, entry.Actor).Text(3, entry.Action)
        .Text(4, entry.Subject).Text(5, entry.Outcome).Text(6, entry.Detail).Run();

    public static StoredKey Key(SqliteStatement row) => new(
        row.Text(0), row.Text(1), (Scopes)row.Integer(2), row.Blob(3), row.Integer(4),
        row.IsNull(5) ? null : row.Integer(5), row.IsNull(6) ? null : row.Integer(6));

    public static AuditEntry Entry(SqliteStatement row) => new(
        row.Integer(0), row.Integer(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Text(6));

    private bool Changes(AuditEntry entry, Func<SqliteStatement> bind)
    {
        var isChanged = false;
        connection.InTransaction(() =>
        {
            var change = bind();
            isChanged = change.Step();
            change.Reset();
            if (isChanged)
            {
                Append(entry);
            }
        });
        return isChanged;
    }
}
