using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Stream.Keys;

namespace Fraud.Cli.Keys;

/// <summary>Keys as text and as JSON.</summary>
internal static class KeyTable
{
    public static JsonSerializerOptions JsonOptions { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static string Of(IReadOnlyList<StoredKey> keys, DateTimeOffset now)
    {
        if (keys.Count == 0)
        {
            return "No keys: everyone on this machine may do everything, and the service listens on loopback only.";
        }

        string[][] rows =
        [
            ["ID", "NAME", "SCOPES", "STATE", "CREATED", "ENDS"],
            .. keys.Select(key => (string[])[
                key.Id, key.Name, string.Join(',', ScopeNames.Of(key.Scopes)), State(key, now), Moment(key.CreatedAtMs),
                Moment(key.RevokedAtMs ?? key.ExpiresAtMs),
            ]),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return string.Join('\n', rows.Select(row =>
            string.Join("  ", row.Select((value, column) => value.PadRight(widths[column]))).TrimEnd()));
    }

    /// <param name="key">The key.</param>
    /// <param name="now">To tell whether it has expired.</param>
    /// <param name="secret">The key itself, where it is shown.</param>
    public static object Json(StoredKey key, DateTimeOffset now, string? secret = null)
    {
        var known = new
        {
            key.Id,
            key.Name,
            Scopes = ScopeNames.Of(key.Scopes),
            State = State(key, now),
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(key.CreatedAtMs),
            ExpiresAt = key.ExpiresAtMs is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : (DateTimeOffset?)null,
            RevokedAt = key.RevokedAtMs is { } revoked ? DateTimeOffset.FromUnixTimeMilliseconds(revoked) : (DateTimeOffset?)null,
        };
        return secret is null ? known : new { known.Id, known.Name, known.Scopes, known.CreatedAt, known.ExpiresAt, Key = secret };
    }

    public static string Moment(long? atMs) => atMs is { } at
        ? DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)
        : "never";

    private static string State(StoredKey key, DateTimeOffset now) =>
        key.RevokedAtMs is not null ? "revoked" : key.IsValidAt(now.ToUnixTimeMilliseconds()) ? "valid" : "expired";
}
