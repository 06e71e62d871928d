using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Fraud.Http.Security.Oidc;

/// <summary>Turns a session's cookie into a caller, and refuses as the other schemes do: the page asks by script, which follows no redirect.</summary>
internal sealed class SessionEvents : CookieAuthenticationEvents
{
    public override Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (context.Principal is { } kept && Person.OfCookie(kept) is { } person)
        {
            context.ReplacePrincipal(person.ToCaller().Principal);
        }
        else
        {
            context.RejectPrincipal();
        }

        return Task.CompletedTask;
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context) => Refusals.Write(context.HttpContext, failure: null);

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context) => Refusals.WriteForbidden(context.HttpContext);
}
