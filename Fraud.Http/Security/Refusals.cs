using Fraud.Http.Problems;
using Fraud.Http.Security.Jwt;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>How callers who may not are told so.</summary>
internal static class Refusals
{
    public const string KeyHeader = "X-API-Key";

    private const string Expected = $"a key in {KeyHeader}, or a token in Authorization: Bearer";

    private static readonly string[] Challenges = ["Bearer realm=\"fraud\"", $"ApiKey realm=\"fraud\", header=\"{KeyHeader}\""];

    private static readonly Problem None = new(401, "Who are you?", $"Expected {Expected}.") { Expected = Expected };

    private static readonly Problem Both = new(401, "Two credentials", $"Expected one of {Expected}, not both.") { Expected = Expected };

    private static readonly Problem WrongKey = new(401, "The key is not valid", $"{KeyHeader}: expected a key that exists, is not revoked and has not expired.")
    {
        Field = KeyHeader,
        Expected = "a valid key",
    };

    private static readonly Problem NotReady = new(503, "Keys are not known yet", "The service is starting, or where its keys are kept is away.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private static readonly Problem NoRule = new(403, "Nobody may use this", "The address does not say who may use it, so nobody may.");

    public static Task Write(HttpContext context, Refusal refusal, TokenFault fault)
    {
        switch (refusal)
        {
            case Refusal.NotReady:
                return NotReady.Write(context);
            case Refusal.WrongToken:
                var words = TokenFaults.Words(fault);
                context.Response.Headers.WWWAuthenticate = new(
                    [$"Bearer realm=\"fraud\", error=\"invalid_token\", error_description=\"{words}\"", Challenges[1]]);
                return new Problem(401, "The token is not valid", $"Authorization: {words}.") { Field = "Authorization", Expected = "a valid token" }
                    .Write(context);
            default:
                context.Response.Headers.WWWAuthenticate = Challenges;
                return (refusal switch
                {
                    Refusal.Both => Both,
                    Refusal.WrongKey => WrongKey,
                    _ => None,
                }).Write(context);
        }
    }

    public static Task WriteForbidden(HttpContext context, Access access)
    {
        // The header knows no "or": it names the one that any caller of the service would have.
        var (scope, challenge) = (access.ScopeName(), (access is Access.ScoreOrAnalyst ? Access.Score : access).ScopeName());
        context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"fraud\", error=\"insufficient_scope\", scope=\"{challenge}\"";
        return new Problem(403, "You may not", $"Expected a key or token with scope {scope}.") { Expected = $"scope {scope}" }.Write(context);
    }

    public static Task WriteNoRule(HttpContext context) => NoRule.Write(context);
}

/// <summary>Why nobody is known to ask.</summary>
internal enum Refusal
{
    None,
    NoCredential,
    Both,
    WrongKey,
    WrongToken,
    NotReady,
}
