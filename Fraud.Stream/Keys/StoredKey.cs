using LinqToDB;
using LinqToDB.Mapping;

namespace Fraud.Stream.Keys;

/// <summary>An API key as the store knows it. Times are milliseconds since 1970 UTC.</summary>
/// <param name="Id">The part of the key that may be seen: in lists, logs and the audit log.</param>
/// <param name="Name">What it is for, in its maker's words.</param>
/// <param name="Hash">Of the whole key; see <see cref="KeyText.Hash"/>.</param>
/// <param name="ExpiresAtMs">Null: never.</param>
/// <param name="RevokedAtMs">Null: not.</param>
[Table("api_keys")]
public sealed record StoredKey(
    [property: Column("key_id", CanBeNull = false), PrimaryKey] string Id,
    [property: Column("name", CanBeNull = false)] string Name,
    [property: Column("scopes", DataType = DataType.Int16)] Scopes Scopes,
    [property: Column("hash", CanBeNull = false)] byte[] Hash,
    [property: Column("created_at")] long CreatedAtMs,
    [property: Column("expires_at")] long? ExpiresAtMs,
    [property: Column("revoked_at")] long? RevokedAtMs)
{
    /// <summary>Longest name.</summary>
    public const int MaxName = 64;

    public bool IsValidAt(long nowMs) => RevokedAtMs is null && !(ExpiresAtMs <= nowMs);
}
