using System.Buffers.Text;
using System.Text.Json;
using System.Text;
using Fraud.Http.Edge;

namespace Fraud.Http.Security.Jwt;

/// <summary>A token taken apart (JWS compact serialization, RFC 7515). Nothing of it is proved.</summary>
/// <param name="Signed">The bytes that the signature is over.</param>
internal sealed record JsonWebToken(string Algorithm, string? KeyId, byte[] Signed, byte[] Signature, JsonElement Claims)
{
    /// <summary>Longer ones are refused unread. Kestrel takes 32 kB of headers in all.</summary>
    public const int MaxLength = 16 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16 };

    /// <summary>Null when it is none, or says that parts of it must be understood that are not (RFC 7515, crit).</summary>
    public static JsonWebToken? Parse(ReadOnlySpan<char> token)
    {
        var first = token.IndexOf('.');
        var last = token.LastIndexOf('.');
        if (token.Length > MaxLength || first <= 0 || last <= first + 1 || token[(first + 1)..last].Contains('.') || !Ascii.IsValid(token))
        {
            return null;
        }

        try
        {
            var header = Json(token[..first]);
            var claims = Json(token[(first + 1)..last]);
            if (header.ValueKind != JsonValueKind.Object || claims.ValueKind != JsonValueKind.Object
                || header.TryGetProperty("crit", out _) || Text(header, "alg") is not { } algorithm)
            {
                return null;
            }

            var signed = new byte[last];
            Encoding.ASCII.GetBytes(token[..last], signed);
            return new JsonWebToken(algorithm, Text(header, "kid"), signed, Base64Url.DecodeFromChars(token[(last + 1)..]), claims);
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>A claim that is a text; null when it is absent or something else.</summary>
    public string? Text(string claim) => Text(Claims, claim);

    /// <summary>A claim that is a text or an array of texts.</summary>
    public IEnumerable<string> Texts(string claim)
    {
        if (!Claims.TryGetProperty(claim, out var value))
        {
            yield break;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            yield return value.GetString()!;
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String))
            {
                yield return item.GetString()!;
            }
        }
    }

    /// <summary>A claim that is a moment, in milliseconds since 1970 UTC.</summary>
    /// <returns>False when it is there and no moment.</returns>
    public bool TryMoment(string claim, out long? atMs)
    {
        atMs = null;
        if (!Claims.TryGetProperty(claim, out var value))
        {
            return true;
        }

        // Seconds, fractions too; beyond the year 9999 nothing is meant.
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 253_402_300_800)
        {
            atMs = (long)(seconds * 1_000);
            return true;
        }

        return false;
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement Json(ReadOnlySpan<char> part)
    {
        var json = Base64Url.DecodeFromChars(part);
        WellFormedJson.Check(json, Strict.MaxDepth);
        using var document = JsonDocument.Parse(json, Strict);
        return document.RootElement.Clone();
    }
}
