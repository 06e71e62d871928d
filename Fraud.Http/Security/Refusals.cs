using System.Globalization;
using Fraud.Http.Problems;
using Fraud.Http.Security.Jwt;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>How callers who may not are told so: problem details, and a status to gRPC.</summary>
internal static class Refusals
{
    public const string KeyHeader = "X-API-Key";

    private const string Expected = $"a key in {KeyHeader}, or a key or token in Authorization: Bearer";

    private static readonly string[] Challenges = ["Bearer realm=\"fraud\"", $"ApiKey realm=\"fraud\", header=\"{KeyHeader}\""];

    private static readonly Problem None = new(401, "Unauthorized", $"Expected {Expected}.") { Expected = Expected };

    private static readonly Problem Several = new(401, "Unauthorized", $"Expected one of {Expected}, not both.") { Expected = Expected };

    private static readonly Problem WrongKey = WrongKeyIn(KeyHeader);

    private static readonly Problem WrongBearer = WrongKeyIn("Authorization");

    private static readonly Problem NotReady = new(
        503, "Service Unavailable", "The keys to check the caller with are not known: the service is starting, or the place that they are kept is away.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private static readonly Problem NoRule = new(403, "Forbidden", "The address does not say who may use it, so it is closed.");

    /// <param name="context">The request.</param>
    /// <param name="failure">What the scheme failed with; null: there was nothing to check.</param>
    public static Task Write(HttpContext context, Exception? failure)
    {
        switch ((failure as CredentialException)?.Refusal)
        {
            case Refusal.NotReady:
                return Write(context, NotReady);
            case Refusal.WrongKey:
                return WriteChallenged(context, SchemeSelector.HasToken(context) ? WrongBearer : WrongKey);
            case Refusal.Several:
                return WriteChallenged(context, Several);
            default:
                return WriteChallenged(context, None);
        }
    }

    public static Task Write(HttpContext context, TokenFault fault)
    {
        if (fault == TokenFault.KeysNotRead)
        {
            return Write(context, NotReady);
        }

        var words = TokenFaults.Words(fault);
        context.Response.Headers.WWWAuthenticate = new(
            [$"Bearer realm=\"fraud\", error=\"invalid_token\", error_description=\"{words}\"", Challenges[1]]);
        return Write(context, new Problem(401, "Unauthorized", $"Authorization: {words}.") { Field = "Authorization", Expected = "a valid token" });
    }

    public static Task WriteForbidden(HttpContext context)
    {
        var scope = context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy ?? "";
        // The header knows no "or": it names the one that any caller of the service would have.
        var challenge = scope == Access.ScoreOrAnalyst.ScopeName() ? Access.Score.ScopeName() : scope;
        context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"fraud\", error=\"insufficient_scope\", scope=\"{challenge}\"";
        return Write(context, new Problem(403, "Forbidden", $"Expected a key or token with scope {scope}.") { Expected = $"scope {scope}" });
    }

    public static Task WriteNoRule(HttpContext context) => Write(context, NoRule);

    /// <summary>To gRPC as a response of headers alone, which is how a call ends that never began.</summary>
    public static Task Write(HttpContext context, Problem problem)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            return problem.Write(context);
        }

        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status200OK;
        headers.ContentType = "application/grpc";
        headers["grpc-status"] = GrpcStatus(problem.Status).ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = Uri.EscapeDataString(problem.Detail);
        return Task.CompletedTask;
    }

    private static Problem WrongKeyIn(string header) => new(401, "Unauthorized", $"{header}: expected a key that exists, is not revoked and has not expired.")
    {
        Field = header,
        Expected = "a valid key",
    };

    private static Task WriteChallenged(HttpContext context, Problem problem)
    {
        context.Response.Headers.WWWAuthenticate = Challenges;
        return Write(context, problem);
    }

    /// <summary>As gRPC itself maps statuses of HTTP.</summary>
    private static int GrpcStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => 16,
        StatusCodes.Status403Forbidden => 7,
        StatusCodes.Status404NotFound => 12,
        StatusCodes.Status429TooManyRequests => 8,
        StatusCodes.Status503ServiceUnavailable => 14,
        _ => 2,
    };
}

/// <summary>Why it is not known who asks.</summary>
internal enum Refusal
{
    NoCredential,
    Several,
    WrongKey,
    NotReady,
}
