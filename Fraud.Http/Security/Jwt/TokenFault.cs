using Microsoft.IdentityModel.Tokens;

namespace Fraud.Http.Security.Jwt;

/// <summary>What is wrong with a token.</summary>
internal enum TokenFault
{
    Malformed,
    Algorithm,
    UnknownKey,
    Signature,
    Expired,
    NotYetValid,
    Issuer,
    Audience,

    /// <summary>It names a key that we do not have, and the key set could not be read.</summary>
    KeysNotRead,
}

/// <summary>A fault that is found before the signature is looked at. Handed on and never thrown.</summary>
internal sealed class TokenFaultException(TokenFault fault) : SecurityTokenException(TokenFaults.Words(fault))
{
    public TokenFault Fault => fault;
}

internal static class TokenFaults
{
    public static TokenFault Of(Exception? failure) => failure switch
    {
        TokenFaultException { Fault: var fault } => fault,
        SecurityTokenExpiredException => TokenFault.Expired,
        SecurityTokenNotYetValidException => TokenFault.NotYetValid,
        SecurityTokenInvalidIssuerException => TokenFault.Issuer,
        SecurityTokenInvalidAudienceException => TokenFault.Audience,
        SecurityTokenInvalidSignatureException => TokenFault.Signature,
        _ => TokenFault.Malformed,
    };

    /// <summary>For a header: no quotes.</summary>
    public static string Words(TokenFault fault) => fault switch
    {
        TokenFault.Algorithm => "expected an algorithm that is allowed here",
        TokenFault.UnknownKey => "expected a key id of the key set",
        TokenFault.Signature => "expected another signature",
        TokenFault.Expired => "the token has expired",
        TokenFault.NotYetValid => "the token is not valid yet",
        TokenFault.Issuer => "expected another issuer",
        TokenFault.Audience => "expected another audience",
        TokenFault.KeysNotRead => "the keys of tokens are not known",
        _ => "expected a signed token with exp",
    };
}
