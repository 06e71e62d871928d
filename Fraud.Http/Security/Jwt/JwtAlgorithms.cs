using Microsoft.IdentityModel.Tokens;

namespace Fraud.Http.Security.Jwt;

/// <summary>Algorithms as tokens name them, by the kind of key that they need. "none" is not among them.</summary>
internal static class JwtAlgorithms
{
    public static readonly string[] Secret = [SecurityAlgorithms.HmacSha256];

    public static readonly string[] Rsa =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
    ];

    public static readonly string[] Ec = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512];

    /// <summary>With the keys of a key set.</summary>
    public static readonly string[] Public = [.. Rsa, .. Ec];

    /// <summary>The one that a curve is for (RFC 7518, section 3.4); null: none.</summary>
    public static string? OfCurve(string? curve) => curve switch
    {
        JsonWebKeyECTypes.P256 => SecurityAlgorithms.EcdsaSha256,
        JsonWebKeyECTypes.P384 => SecurityAlgorithms.EcdsaSha384,
        JsonWebKeyECTypes.P521 => SecurityAlgorithms.EcdsaSha512,
        _ => null,
    };
}
