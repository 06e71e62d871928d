using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Fraud.Http.Security.Oidc;
using Fraud.Stream.Audit;
using Fraud.Stream.Keys;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Fraud.Http.Review;

/// <summary>
/// Sign-in of people by an identity provider, where one is set (<c>Security:Oidc</c>): <c>GET /review/sign-in</c> sends them there,
/// <c>GET /review/session</c> says who is signed in, <c>DELETE /review/session</c> ends it.
/// </summary>
internal sealed class SessionEndpoints(SecurityOptions security, IOptionsMonitor<OpenIdConnectOptions> provider, IAuditLog audit) : IEndpoints
{
    private static readonly Problem NoProvider = new(404, "Not Found", "Security:Oidc names no identity provider: sign in with a key or a token.");

    private static readonly Problem ProviderAway = new(503, "Service Unavailable", "The identity provider does not answer.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private static readonly Problem StoreAway = new(503, "Service Unavailable", "The audit log is in the store, which is away; you are still signed in.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(ReviewEndpoints.Path + "/sign-in", (Delegate)Begin)
            .Needs(Access.Open).WithName("beginReviewSignIn").Describe(ReviewDescriptions.SignIn);
        routes.MapGet(ReviewEndpoints.Path + "/session", (Delegate)Tell)
            .Needs(Access.Open).WithName("getReviewSession").Describe(ReviewDescriptions.Session);
        routes.MapDelete(ReviewEndpoints.Path + "/session", (Delegate)End)
            .Needs(Access.Open).WithName("endReviewSession").Describe(ReviewDescriptions.EndSession);
    }

    private async Task<Results<ChallengeHttpResult, Problem>> Begin(HttpContext context)
    {
        if (!security.Oidc.IsUsed)
        {
            return NoProvider;
        }

        return await EndSessionAddress(context) is null
            ? ProviderAway
            : TypedResults.Challenge(new AuthenticationProperties { RedirectUri = ReviewEndpoints.Path }, [Schemes.Provider]);
    }

    private async Task<Ok<ReviewSession>> Tell(HttpContext context)
    {
        var person = await Person(context);
        return TypedResults.Ok(new ReviewSession
        {
            HasProvider = security.Oidc.IsUsed,
            Name = person?.Name,
            Scopes = person is null ? [] : ScopeNames.Of(person.Scopes),
        });
    }

    private async Task<Results<Ok<ReviewSessionEnd>, Problem>> End(HttpContext context)
    {
        if (await Person(context) is not { } person)
        {
            return TypedResults.Ok(new ReviewSessionEnd { ProviderUrl = null });
        }

        try
        {
            // The store's calls block.
            await Task.Run(() => audit.Record(person.Name, "signed out", "review page"));
        }
        catch (StoreUnavailableException)
        {
            return StoreAway;
        }

        await context.SignOutAsync(Schemes.Session);
        return TypedResults.Ok(new ReviewSessionEnd { ProviderUrl = await EndSessionAddress(context) is { Length: > 0 } url ? url : null });
    }

    /// <summary>An open address has no scheme: who is signed in is asked for here, and only for pages of this service.</summary>
    private async Task<Caller?> Person(HttpContext context) =>
        security.Oidc.IsUsed && OwnPage.IsSender(context.Request)
        && (await context.AuthenticateAsync(Schemes.Session)).Principal is { } principal ? Caller.Proved(principal) : null;

    /// <summary>Where the provider ends its own session; empty where it has no such place, null when it is away.</summary>
    private async Task<string?> EndSessionAddress(HttpContext context)
    {
        try
        {
            var known = await provider.Get(Schemes.Provider).ConfigurationManager!.GetConfigurationAsync(context.RequestAborted);
            return string.IsNullOrEmpty(known.EndSessionEndpoint) ? "" : QueryHelpers.AddQueryString(known.EndSessionEndpoint, new Dictionary<string, string?>
            {
                ["client_id"] = security.Oidc.ClientId,
                ["post_logout_redirect_uri"] = $"{context.Request.Scheme}://{context.Request.Host}{ReviewEndpoints.Path}",
            });
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or HttpRequestException)
        {
            return null;
        }
    }
}
