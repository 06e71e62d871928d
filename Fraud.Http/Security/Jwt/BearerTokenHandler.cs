using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fraud.Http.Security.Jwt;

/// <summary>The library's validation, once it is sure that there is a key for the token and that we take its algorithm.</summary>
internal sealed class BearerTokenHandler : JsonWebTokenHandler
{
    // Kestrel takes 32 kB of headers in all.
    public const int MaxBytes = 16 * 1024;

    private readonly SigningKeys _keys;
    private readonly IReadOnlyList<string> _algorithms;

    public BearerTokenHandler(SigningKeys keys, JwtOptions options)
    {
        (_keys, _algorithms) = (keys, options.TakenAlgorithms);
        MaximumTokenSizeInBytes = MaxBytes;
        MapInboundClaims = false;
    }

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        if (token.Length > MaxBytes)
        {
            return Wrong(TokenFault.Malformed);
        }

        var read = ReadJsonWebToken(token);
        if (read.TryGetHeaderValue<object>("crit", out _))
        {
            // It says that parts of it must be understood (RFC 7515), and there are none that we do.
            return Wrong(TokenFault.Malformed);
        }

        if (!_algorithms.Contains(read.Alg, StringComparer.Ordinal))
        {
            return Wrong(TokenFault.Algorithm);
        }

        return await _keys.Find(read) switch
        {
            KeyLookup.Found => await ValidateTokenAsync(read, validationParameters),
            KeyLookup.Unknown => Wrong(TokenFault.UnknownKey),
            _ => Wrong(TokenFault.KeysNotRead),
        };
    }

    private static TokenValidationResult Wrong(TokenFault fault) => new() { IsValid = false, Exception = new TokenFaultException(fault) };
}
