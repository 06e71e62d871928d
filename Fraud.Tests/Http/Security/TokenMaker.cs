using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fraud.Tests.Http.Security;

/// <summary>The keys of an identity provider: makes tokens, good ones and bad ones, and publishes the public keys.</summary>
internal sealed class TokenMaker(string generation = "1") : IDisposable
{
    public const string Issuer = "https://login.example";
    public const string Audience = "fraud";
    public const string Secret = "a secret of the tests, long enough for HS256";

    private readonly RSA _rsa = RSA.Create(2048);

    private readonly Dictionary<string, ECDsa> _ec = new()
    {
        ["ES256"] = ECDsa.Create(ECCurve.NamedCurves.nistP256),
        ["ES384"] = ECDsa.Create(ECCurve.NamedCurves.nistP384),
        ["ES512"] = ECDsa.Create(ECCurve.NamedCurves.nistP521),
    };

    public string RsaId { get; } = $"rsa-{generation}";

    public byte[] PublicRsa => _rsa.ExportSubjectPublicKeyInfo();

    public string PublicRsaPem => _rsa.ExportSubjectPublicKeyInfoPem();

    /// <summary>The key set, with keys in it that must be passed by.</summary>
    public string KeySet => SetOf([.. Useless(), .. Keys()]);

    /// <summary>The keys that tokens are made with.</summary>
    public IEnumerable<JsonObject> Keys() =>
        _ec.Select(pair => Jwk(pair.Value, pair.Key switch { "ES256" => "P-256", "ES384" => "P-384", _ => "P-521" }, IdOf(pair.Key)))
            .Prepend(Jwk(_rsa, RsaId));

    public static string SetOf(IEnumerable<JsonObject> keys) => new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();

    public static JsonObject Jwk(RSA rsa, string id)
    {
        var key = rsa.ExportParameters(false);
        return new JsonObject { ["kty"] = "RSA", ["kid"] = id, ["use"] = "sig", ["n"] = Encode(key.Modulus!), ["e"] = Encode(key.Exponent!) };
    }

    public static JsonObject Jwk(ECDsa ec, string curve, string id)
    {
        var point = ec.ExportParameters(false).Q;
        return new JsonObject { ["kty"] = "EC", ["kid"] = id, ["crv"] = curve, ["x"] = Encode(point.X!), ["y"] = Encode(point.Y!) };
    }

    /// <summary>Good claims for ten minutes.</summary>
    public static JsonObject Claims(string scope, string issuer = Issuer) => new()
    {
        ["iss"] = issuer,
        ["aud"] = Audience,
        ["sub"] = "tester",
        ["scope"] = scope,
        ["exp"] = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds(),
    };

    public static JsonObject Claims(string scope, string claim, JsonNode? value)
    {
        var claims = Claims(scope);
        if (value is null)
        {
            claims.Remove(claim);
        }
        else
        {
            claims[claim] = value;
        }

        return claims;
    }

    public string Rs256(JsonObject claims, string? keyId = null) => Sign("RS256", claims, keyId);

    public string Es256(JsonObject claims) => Sign("ES256", claims);

    /// <summary>By any of the algorithms of public keys.</summary>
    public string Sign(string algorithm, JsonObject claims, string? keyId = null)
    {
        var hash = algorithm[2..] switch { "256" => HashAlgorithmName.SHA256, "384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };
        return Make(new { alg = algorithm, kid = keyId ?? IdOf(algorithm), typ = "JWT" }, claims, data => algorithm[..2] switch
        {
            "RS" => _rsa.SignData(data, hash, RSASignaturePadding.Pkcs1),
            "PS" => _rsa.SignData(data, hash, RSASignaturePadding.Pss),
            _ => _ec[algorithm].SignData(data, hash),
        });
    }

    public static string Hs256(JsonObject claims) => Hs256(claims, Encoding.UTF8.GetBytes(Secret));

    public static string Hs256(JsonObject claims, byte[] secret, string? keyId = null) =>
        Make(new { alg = "HS256", kid = keyId }, claims, data => HMACSHA256.HashData(secret, data));

    public static string Make(object header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(JsonSerializer.Serialize(header))}.{Encode(claims.ToJsonString())}";
        return $"{signed}.{Encode(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>The same with one bit of the signature turned.</summary>
    public static string Damage(string token)
    {
        var dot = token.LastIndexOf('.');
        var signature = Base64Url.DecodeFromChars(token.AsSpan(dot + 1));
        signature[5] ^= 1;
        return token[..(dot + 1)] + Encode(signature);
    }

    /// <summary>The same signature over more rights.</summary>
    public static string Promote(string token)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{Encode(Claims("score analyst admin").ToJsonString())}.{parts[2]}";
    }

    public void Dispose()
    {
        _rsa.Dispose();
        foreach (var ec in _ec.Values)
        {
            ec.Dispose();
        }
    }

    private string IdOf(string algorithm) => _ec.ContainsKey(algorithm) ? $"{algorithm}-{generation}" : RsaId;

    private IEnumerable<JsonObject> Useless()
    {
        yield return new JsonObject { ["kty"] = "oct", ["kid"] = "oct-1", ["k"] = Encode(Secret) };
        var forEncryption = Jwk(_rsa, "enc-1");
        forEncryption["use"] = "enc";
        yield return forEncryption;
        yield return new JsonObject { ["kty"] = "EC", ["kid"] = "broken", ["crv"] = "P-256", ["x"] = "AAAA", ["y"] = "AAAA" };
    }

    private static string Encode(string json) => Encode(Encoding.UTF8.GetBytes(json));

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
