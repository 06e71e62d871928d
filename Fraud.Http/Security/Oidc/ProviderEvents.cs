using Fraud.Http.Security.SignIns;
using Fraud.Stream.Audit;
using Fraud.Stream.Keys;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Security.Oidc;

/// <summary>What follows when the identity provider sends someone back: a session, recorded; or the page again, which says why not.</summary>
internal sealed class ProviderEvents(SecurityOptions options, FailedSignIns failed, IAuditLog audit, ILogger<ProviderEvents> log) : OpenIdConnectEvents
{
    public override async Task TokenValidated(TokenValidatedContext context)
    {
        if (Person.Of(context.Principal!, options.Oidc) is not { Scopes: not Scopes.None } person)
        {
            context.Fail($"The ID token has no value of {options.Oidc.RoleClaim} that Security:Oidc:Roles knows.");
            return;
        }

        try
        {
            // The store's calls block.
            await Task.Run(() => audit.Record(person.ToCaller().Name, "signed in", "review page", $"scopes {string.Join(", ", ScopeNames.Of(person.Scopes))}"));
        }
        catch (StoreUnavailableException away)
        {
            context.Fail(away);
            return;
        }

        context.Principal = person.ToCookie();
        // Only what is needed goes into the cookie.
        context.Properties = new AuthenticationProperties { RedirectUri = context.Properties?.RedirectUri };
    }

    public override Task RemoteFailure(RemoteFailureContext context)
    {
        failed.Add(context.HttpContext, SignInFault.Provider);
        SecurityLog.ProviderRefused(log, context.Failure?.Message ?? "no reason");
        context.HandleResponse();
        context.Response.Redirect(OidcExtensions.Page + "#refused");
        return Task.CompletedTask;
    }
}
