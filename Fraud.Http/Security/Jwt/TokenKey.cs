using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fraud.Http.Security.Jwt;

/// <summary>
/// A key that tokens are checked with. It serves the algorithms of its kind, whatever a token says: a public key is never
/// the secret of an HMAC.
/// </summary>
/// <param name="Id">What a token must name, if it names any; null: anything.</param>
/// <param name="Thumbprint">Of the key itself (RFC 7638).</param>
internal sealed record TokenKey(SecurityKey Key, string? Id, string Thumbprint, IReadOnlyList<string> Algorithms)
{
    // RFC 7518, section 3.3.
    private const int ShortestModulusBits = 2_048;

    public static TokenKey OfSecret(string secret) =>
        new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), null, "", JwtAlgorithms.Secret);

    /// <summary>Null for a key that is none for signatures here: symmetric, for encryption, of another curve, too short or broken.</summary>
    public static TokenKey? Of(JsonWebKey key)
    {
        if (!string.IsNullOrEmpty(key.Use) && key.Use != JsonWebKeyUseNames.Sig)
        {
            return null;
        }

        IReadOnlyList<string> algorithms = key.Kty switch
        {
            JsonWebAlgorithmsKeyTypes.RSA => JwtAlgorithms.Rsa,
            JsonWebAlgorithmsKeyTypes.EllipticCurve when JwtAlgorithms.OfCurve(key.Crv) is { } algorithm => [algorithm],
            _ => [],
        };
        if (!string.IsNullOrEmpty(key.Alg))
        {
            algorithms = algorithms.Contains(key.Alg, StringComparer.Ordinal) ? [key.Alg] : [];
        }

        // The converted key, because a set may carry certificates too, and those would be taken before the key itself.
        return algorithms.Count > 0 && JsonWebKeyConverter.TryConvertToSecurityKey(key, out var converted)
            && converted is ECDsaSecurityKey or RsaSecurityKey { KeySize: >= ShortestModulusBits }
            ? new TokenKey(converted, key.Kid ?? "", Convert.ToHexString(key.ComputeJwkThumbprint()), algorithms)
            : null;
    }

    public bool IsSameAs(TokenKey other) => Id == other.Id && Thumbprint == other.Thumbprint && Algorithms.SequenceEqual(other.Algorithms);

    public bool IsFor(JsonWebToken token) =>
        (Id is null || string.IsNullOrEmpty(token.Kid) || Id == token.Kid) && Algorithms.Contains(token.Alg, StringComparer.Ordinal);
}
