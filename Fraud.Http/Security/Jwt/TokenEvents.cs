using System.Security.Claims;
using Fraud.Stream.Keys;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Fraud.Http.Security.Jwt;

/// <summary>Turns a token that was found good into a caller, and writes the refusals of others.</summary>
internal sealed class TokenEvents(KnownTokens known, JwtOptions options) : JwtBearerEvents
{
    private const int LongestName = 128;

    // Identity providers prefix scopes with the service's name, each with its own separator.
    private static readonly string[] Prefixes = ["fraud:", "fraud.", "fraud/"];

    public override Task MessageReceived(MessageReceivedContext context)
    {
        if (known.Find(context.HttpContext) is { } caller)
        {
            context.Principal = caller.Principal;
            context.Success();
        }

        return Task.CompletedTask;
    }

    public override Task TokenValidated(TokenValidatedContext context)
    {
        var caller = CallerOf(context.Principal!);
        known.Add((JsonWebToken)context.SecurityToken, caller);
        context.Principal = caller.Principal;
        return Task.CompletedTask;
    }

    public override Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        return context.AuthenticateFailure is { } failure
            ? Refusals.Write(context.HttpContext, TokenFaults.Of(failure))
            // An empty token.
            : Refusals.Write(context.HttpContext, failure: null);
    }

    public override Task Forbidden(ForbiddenContext context) => Refusals.WriteForbidden(context.HttpContext);

    private Caller CallerOf(ClaimsPrincipal token)
    {
        var subject = token.FindFirst("sub") ?? token.FindFirst("client_id") ?? token.FindFirst("azp");
        var name = subject?.Value ?? "without subject";
        name = name.Length > LongestName ? name[..LongestName] : name;
        return new Caller(CallerKind.Token, $"token {name}", ScopesOf(token), $"token:{name}");
    }

    private Scopes ScopesOf(ClaimsPrincipal token)
    {
        var scopes = Scopes.None;
        foreach (var claim in token.Claims.Where(static claim => claim.Type is "scope" or "scp" or "roles"))
        {
            foreach (var word in claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
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
