using Fraud.Http.Security.Jwt;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>Finds out who asks.</summary>
internal sealed class Authenticator(KeyDirectory keys, JwtValidator tokens, SecurityOptions options, TimeProvider time)
{
    private const string Bearer = "Bearer ";

    // As long as a request may take altogether.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private static readonly ValueTask<Verdict> NoCredential = new(new Verdict(null, Refusal.NoCredential, default));

    private static readonly ValueTask<Verdict> WrongKey = new(new Verdict(null, Refusal.WrongKey, default));

    /// <summary>Completes at once, and makes no object, unless the keys are not known yet or a token is new.</summary>
    public ValueTask<Verdict> Check(HttpContext context)
    {
        if (!options.HasCredentials && !keys.HasStored)
        {
            // Nothing to compare what was sent with, unless the store has not been asked yet.
            return !keys.Loaded.IsCompleted ? WaitAndCheck(context)
                : options.AllowAnonymous || FrontDoor.IsLocal(context) ? new(Verdict.Anonymous)
                : NoCredential;
        }

        var headers = context.Request.Headers;
        var key = headers[Refusals.KeyHeader];
        var authorization = headers.Authorization;
        var isToken = authorization.Count > 0 && authorization[0]!.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);
        return (key.Count, isToken) switch
        {
            (0, false) => options.AllowAnonymous ? new(Verdict.Anonymous) : NoCredential,
            (0, true) when authorization.Count == 1 => tokens.Check(authorization[0].AsMemory(Bearer.Length)),
            (1, false) => keys.Find(key[0]) is { } caller ? new(new Verdict(caller, Refusal.None, default))
                : keys.Loaded.IsCompleted ? WrongKey
                : WaitAndCheck(context),
            _ => new(new Verdict(null, Refusal.Both, default)),
        };
    }

    private async ValueTask<Verdict> WaitAndCheck(HttpContext context)
    {
        try
        {
            await keys.Loaded.WaitAsync(LongestWait, time, context.RequestAborted);
        }
        catch (TimeoutException)
        {
            return new Verdict(null, Refusal.NotReady, default);
        }

        return await Check(context);
    }
}

/// <summary>Who asks, or why that is not known.</summary>
internal readonly record struct Verdict(Caller? Caller, Refusal Refusal, TokenFault Fault)
{
    public static Verdict Anonymous => new(Caller.Anonymous, Refusal.None, default);
}
