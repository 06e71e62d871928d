using Microsoft.AspNetCore.Authentication;

namespace Fraud.Http.Security;

/// <summary>Why it is not known who asks. Handed on and never thrown, so each is made once.</summary>
internal sealed class CredentialException : Exception
{
    private CredentialException(Refusal refusal, string message)
        : base(message) => Refusal = refusal;

    public static Task<AuthenticateResult> Missing { get; } = Fail(Refusal.NoCredential, "No credential was sent.");

    public static Task<AuthenticateResult> Several { get; } = Fail(Refusal.Several, "More than one credential was sent.");

    public static Task<AuthenticateResult> WrongKey { get; } = Fail(Refusal.WrongKey, "The key is unknown, revoked or expired.");

    public static Task<AuthenticateResult> NotReady { get; } = Fail(Refusal.NotReady, "The keys are not known yet.");

    public Refusal Refusal { get; }

    private static Task<AuthenticateResult> Fail(Refusal refusal, string message) =>
        Task.FromResult(AuthenticateResult.Fail(new CredentialException(refusal, message)));
}
