namespace Fraud.Client.Requests;

/// <summary>Headers that several operations take.</summary>
internal static class Headers
{
    public const string IdempotencyKey = "Idempotency-Key";

    public const string Timeout = "X-Request-Timeout";

    /// <summary>A string as structured fields have it (RFC 8941).</summary>
    public static string? Quoted(string? value) => value is null
        ? null
        : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
