using Fraud.Stream.Keys;

namespace Fraud.Http.Security.Jwt;

/// <summary>What a token says, once its signature is proved: until when, for whom, by whom, what its holder may do.</summary>
internal sealed class TokenClaims(JwtOptions options)
{
    private const int LongestName = 128;

    // Identity providers prefix scopes with the service's name, each with its own separator.
    private static readonly string[] Prefixes = ["fraud:", "fraud.", "fraud/"];

    /// <param name="validUntilMs">Milliseconds since 1970 UTC, the allowed difference of clocks included.</param>
    public TokenFault Check(JsonWebToken token, long nowMs, out long validUntilMs)
    {
        var skew = (long)options.ClockSkew.TotalMilliseconds;
        validUntilMs = 0;
        if (!token.TryMoment("exp", out var expires) || expires is null || !token.TryMoment("nbf", out var notBefore))
        {
            // Without an end it would be a key that nobody can revoke.
            return TokenFault.Malformed;
        }

        validUntilMs = expires.Value + skew;
        return nowMs >= validUntilMs ? TokenFault.Expired
            : notBefore is { } from && nowMs < from - skew ? TokenFault.NotYetValid
            : options.Issuer.Length > 0 && token.Text("iss") != options.Issuer ? TokenFault.Issuer
            : options.Audience.Length > 0 && !token.Texts("aud").Contains(options.Audience, StringComparer.Ordinal) ? TokenFault.Audience
            : TokenFault.None;
    }

    public Caller Caller(JsonWebToken token)
    {
        var subject = token.Text("sub") ?? token.Text("client_id") ?? token.Text("azp") ?? "without subject";
        if (subject.Length > LongestName)
        {
            subject = subject[..LongestName];
        }

        return new Caller(CallerKind.Token, $"token {subject}", ScopesOf(token), $"token:{subject}");
    }

    private Scopes ScopesOf(JsonWebToken token)
    {
        var scopes = Scopes.None;
        foreach (var text in token.Texts("scope").Concat(token.Texts("scp")).Concat(token.Texts("roles")))
        {
            foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                scopes |= ScopeOf(word);
            }
        }

        return scopes;
    }

    private Scopes ScopeOf(string word)
    {
        if (options.Scopes.TryGetValue(word, out var name))
        {
            return ScopeNames.Parse(name);
        }

        var prefix = Array.Find(Prefixes, prefix => word.StartsWith(prefix, StringComparison.Ordinal)) ?? "";
        return ScopeNames.Parse(word.AsSpan(prefix.Length));
    }
}
