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
        if (key.Count == 1 && !hasToken)
        {
            var caller = keys.Find(key[0]);
            judged = caller?.Authenticated ?? CredentialException.WrongKey;
            return caller is not null || keys.Loaded.IsCompleted;
        }

        judged = key.Count > 0 || hasToken ? CredentialException.Several
            : options.AllowAnonymous ? Caller.Anonymous.Authenticated
            : CredentialException.Missing;
        return true;
    }
}
