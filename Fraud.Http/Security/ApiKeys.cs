using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>Who sent a request, by its key, or that none was needed.</summary>
internal sealed class ApiKeys(KeyDirectory keys, SchemeSelector selector, SecurityOptions options)
{
    /// <param name="context">The request.</param>
    /// <param name="judged">What all requests like it share, so that none makes one.</param>
    /// <returns>False while it depends on keys that are not known yet.</returns>
    public bool TryJudge(HttpContext context, out Task<AuthenticateResult> judged)
    {
        if (selector.IsUnlocked)
        {
            judged = options.AllowAnonymous || FrontDoor.IsLocal(context) ? Caller.Anonymous.Authenticated : CredentialException.Missing;
            // The store may have keys, which lock.
            return keys.Loaded.IsCompleted;
        }

        var key = context.Request.Headers[Refusals.KeyHeader];
        var hasToken = SchemeSelector.HasToken(context);
        var sent = key.Count + (hasToken ? context.Request.Headers.Authorization.Count : 0);
        if (sent == 1)
        {
            var caller = keys.Find(hasToken ? SchemeSelector.TokenOf(context) : key[0]);
            judged = caller?.Authenticated ?? CredentialException.WrongKey;
            return caller is not null || keys.Loaded.IsCompleted;
        }

        judged = sent > 1 ? CredentialException.Several
            : options.AllowAnonymous ? Caller.Anonymous.Authenticated
            : CredentialException.Missing;
        return true;
    }
}
