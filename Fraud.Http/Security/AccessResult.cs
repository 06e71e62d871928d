using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Security;

/// <summary>
/// What follows from a policy: the framework's answer, which lets the scheme write the refusal, but for requests that no
/// policy is about.
/// </summary>
internal sealed class AccessResult : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _framework = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
        authorizeResult.Succeeded ? next(context)
        // Without an endpoint it is a 404; one that is no route is the router's own, and only says 405 or 415.
        : context.GetEndpoint() is not RouteEndpoint ? next(context)
        : AccessPolicies.IsClosed(policy) ? Refusals.WriteNoRule(context)
        : _framework.HandleAsync(next, context, policy, authorizeResult);
}
