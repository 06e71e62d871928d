using Microsoft.AspNetCore.Authentication;

namespace Fraud.Http.Security.SignIns;

/// <summary>Why a sign-in failed. Nothing sent is none: every visitor begins so.</summary>
internal enum SignInFault
{
    WrongKey,
    Several,
    Token,
    Provider,
}

internal static class SignInFaults
{
    public const int Count = 4;

    /// <summary>Of what a scheme failed with; null when it was no sign-in, or when it could not be checked.</summary>
    public static SignInFault? Of(Exception? failure) => failure switch
    {
        CredentialException { Refusal: Refusal.WrongKey } => SignInFault.WrongKey,
        CredentialException { Refusal: Refusal.Several } => SignInFault.Several,
        // Of a session that ended: its cookie is encrypted, and not guessed either.
        CredentialException or AuthenticationFailureException or null => null,
        _ => Jwt.TokenFaults.Of(failure) is Jwt.TokenFault.KeysNotRead ? null : SignInFault.Token,
    };

    /// <summary>For the metric.</summary>
    public static string Tag(this SignInFault fault) => fault switch
    {
        SignInFault.WrongKey => "wrong_key",
        SignInFault.Several => "several",
        SignInFault.Token => "token",
        _ => "provider",
    };

    /// <summary>For people.</summary>
    public static string Words(this SignInFault fault) => fault switch
    {
        SignInFault.WrongKey => "wrong key",
        SignInFault.Several => "key and token at once",
        SignInFault.Token => "wrong token",
        _ => "refused by the identity provider",
    };
}
