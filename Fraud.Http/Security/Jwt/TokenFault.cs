namespace Fraud.Http.Security.Jwt;

/// <summary>What is wrong with a token.</summary>
internal enum TokenFault
{
    None,
    Malformed,
    Algorithm,
    UnknownKey,
    Signature,
    Expired,
    NotYetValid,
    Issuer,
    Audience,
}

internal static class TokenFaults
{
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
        _ => "expected a signed token with exp",
    };
}
