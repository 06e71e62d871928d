using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fraud.Http.Security.Jwt;

/// <summary>The keys that tokens are checked with at a moment, and who makes tokens with them.</summary>
/// <param name="Issuer">As the discovery document names it; null: the settings say it.</param>
internal sealed record KeySet(IReadOnlyList<TokenKey> Keys, string? Issuer)
{
    // Providers publish two or three; each is tried for a token without key id.
    private const int MaxKeys = 32;

    public static KeySet Empty { get; } = new([], null);

    /// <summary>Passes keys by that it cannot use, as RFC 7517 asks.</summary>
    /// <exception cref="FormatException">There is none that it can use.</exception>
    public static KeySet Of(JsonWebKeySet set, string? issuer = null)
    {
        TokenKey[] keys = [.. set.Keys.Select(TokenKey.Of).OfType<TokenKey>().Take(MaxKeys)];
        return keys.Length > 0 ? new KeySet(keys, issuer) : throw new FormatException("expected an RSA or EC key for signatures in it");
    }

    public bool IsSameAs(KeySet other) => Issuer == other.Issuer && Keys.Count == other.Keys.Count
        && Keys.Zip(other.Keys).All(static pair => pair.First.IsSameAs(pair.Second));

    public bool Has(JsonWebToken token) => Keys.Any(key => key.IsFor(token));

    public IEnumerable<SecurityKey> For(JsonWebToken token) => Keys.Where(key => key.IsFor(token)).Select(static key => key.Key);
}
