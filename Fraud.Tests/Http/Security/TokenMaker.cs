using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fraud.Tests.Http.Security;

/// <summary>An identity provider: makes tokens, good ones and bad ones, and publishes its public keys.</summary>
internal sealed class TokenMaker : IDisposable
{
    public const string Issuer = "https://login.example";
    public const string Audience = "fraud";
    public const string Secret = "a secret of the tests, long enough for HS256";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string RsaId { get; init; } = "rsa-1";

    public string EcId { get; init; } = "ec-1";

    public byte[] PublicRsa => _rsa.ExportSubjectPublicKeyInfo();

    public string PublicRsaPem => _rsa.ExportSubjectPublicKeyInfoPem();

    /// <summary>The key set, with keys in it that must be passed by.</summary>
    public string KeySet
    {
        get
        {
            var rsa = _rsa.ExportParameters(false);
            var ec = _ec.ExportParameters(false).Q;
            return JsonSerializer.Serialize(new
            {
                keys = new object[]
                {
                    new { kty = "oct", kid = "oct-1", k = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Secret)) },
                    new { kty = "RSA", kid = "enc-1", use = "enc", n = Base64Url.EncodeToString(rsa.Modulus), e = Base64Url.EncodeToString(rsa.Exponent) },
                    new { kty = "EC", kid = "broken", crv = "P-256", x = "AAAA", y = "AAAA" },
                    new { kty = "RSA", kid = RsaId, alg = "RS256", use = "sig", n = Base64Url.EncodeToString(rsa.Modulus), e = Base64Url.EncodeToString(rsa.Exponent) },
                    new { kty = "EC", kid = EcId, crv = "P-256", x = Base64Url.EncodeToString(ec.X), y = Base64Url.EncodeToString(ec.Y) },
                },
            });
        }
    }

    /// <summary>Good claims for ten minutes.</summary>
    public static JsonObject Claims(string scope) => new()
    {
        ["iss"] = Issuer,
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

    public string Rs256(JsonObject claims, string? keyId = null) =>
        Make(new { alg = "RS256", kid = keyId ?? RsaId, typ = "JWT" }, claims, data => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public string Es256(JsonObject claims) => Make(new { alg = "ES256", kid = EcId }, claims, data => _ec.SignData(data, HashAlgorithmName.SHA256));

    public static string Hs256(JsonObject claims) => Hs256(claims, Encoding.UTF8.GetBytes(Secret));

    public static string Hs256(JsonObject claims, byte[] secret, string? keyId = null) =>
        Make(new { alg = "HS256", kid = keyId }, claims, data => HMACSHA256.HashData(secret, data));

    public static string Make(object header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(JsonSerializer.Serialize(header))}.{Encode(claims.ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>The same with one bit of the signature turned.</summary>
    public static string Damage(string token)
    {
        var dot = token.LastIndexOf('.');
        var signature = Base64Url.DecodeFromChars(token.AsSpan(dot + 1));
        signature[5] ^= 1;
        return token[..(dot + 1)] + Base64Url.EncodeToString(signature);
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
        _ec.Dispose();
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
