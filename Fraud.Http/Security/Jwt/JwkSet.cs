using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Fraud.Http.Edge;

namespace Fraud.Http.Security.Jwt;

/// <summary>The public keys of an identity provider (RFC 7517).</summary>
internal sealed class JwkSet(IReadOnlyList<JwtKey> keys)
{
    // Providers publish two or three; each is tried for a token without key id.
    private const int MaxKeys = 32;

    public static JwkSet Empty { get; } = new([]);

    public IReadOnlyList<JwtKey> Keys => keys;

    /// <summary>Reads those it can use and passes the others by, as the RFC asks: symmetric ones, those for encryption, other curves.</summary>
    /// <exception cref="FormatException">It is no key set.</exception>
    public static JwkSet Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            WellFormedJson.Check(json.Span);
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
            {
                throw new FormatException("expected an object with an array \"keys\"");
            }

            return new JwkSet([.. list.EnumerateArray().Select(Read).OfType<JwtKey>().Take(MaxKeys)]);
        }
        catch (JsonException error)
        {
            throw new FormatException("expected JSON", error);
        }
    }

    private static JwtKey? Read(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object || (Text(key, "use") ?? "sig") != "sig")
        {
            return null;
        }

        try
        {
            JwtKey? read = Text(key, "kty") switch
            {
                "RSA" => ReadRsa(key),
                "EC" => ReadEc(key),
                _ => null,
            };
            return read is not null && (Text(key, "alg") ?? read.Algorithm) == read.Algorithm ? read : null;
        }
        catch (Exception error) when (error is FormatException or CryptographicException)
        {
            // A key that is none is passed by like one that is not understood.
            return null;
        }
    }

    private static RsaKey? ReadRsa(JsonElement key)
    {
        var modulus = Bytes(key, "n").AsSpan().TrimStart((byte)0).ToArray();
        var parameters = new RSAParameters { Modulus = modulus, Exponent = Bytes(key, "e") };
        if (modulus.Length < RsaKey.ShortestModulus)
        {
            return null;
        }

        using var check = RSA.Create(parameters);
        return new RsaKey(Text(key, "kid"), parameters);
    }

    private static EcKey? ReadEc(JsonElement key)
    {
        if (Text(key, "crv") != "P-256")
        {
            return null;
        }

        var parameters = new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") },
        };

        // Throws when the point is not on the curve.
        using var check = ECDsa.Create(parameters);
        return new EcKey(Text(key, "kid"), parameters);
    }

    private static byte[] Bytes(JsonElement key, string name) =>
        Base64Url.DecodeFromChars(Text(key, name) ?? throw new FormatException($"{name}: expected base64url"));

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
