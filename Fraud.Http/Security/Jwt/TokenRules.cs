using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fraud.Http.Security.Jwt;

/// <summary>What a token must say to be taken: by our clock, by whom, for whom, signed with which keys.</summary>
internal sealed class TokenRules(SigningKeys keys, JwtOptions options, TimeProvider time)
{
    public TokenValidationParameters Parameters() => new()
    {
        ValidAlgorithms = options.TakenAlgorithms,
        // A token that names its key is checked with no other.
        TryAllIssuerSigningKeys = false,
        IssuerSigningKeyResolver = (_, token, _, _) => keys.Current.For((JsonWebToken)token),
        LifetimeValidator = CheckLifetime,
        ValidateIssuer = options.Issuer.Length > 0 || options.Authority.Length > 0,
        IssuerValidator = CheckIssuer,
        ValidateAudience = options.Audience.Length > 0,
        ValidAudience = options.Audience,
    };

    private bool CheckLifetime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        if (expires is null)
        {
            // Without an end it would be a key that cannot be revoked.
            throw new SecurityTokenNoExpirationException();
        }

        var now = time.GetUtcNow().UtcDateTime;
        return now - options.ClockSkew >= expires ? throw new SecurityTokenExpiredException()
            : now + options.ClockSkew < notBefore ? throw new SecurityTokenNotYetValidException()
            : true;
    }

    private string CheckIssuer(string issuer, SecurityToken token, TokenValidationParameters parameters)
    {
        var expected = options.Issuer.Length > 0 ? options.Issuer : keys.Current.Issuer;
        return issuer == expected ? issuer : throw new SecurityTokenInvalidIssuerException();
    }
}
