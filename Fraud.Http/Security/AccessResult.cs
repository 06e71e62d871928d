using Fraud.Http.Security.SignIns;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Security;

/// <summary>
/// What follows from a policy: the framework's answer, which lets the scheme write the refusal, but for requests that no
/// policy is about.
/// </summary>
internal sealed class AccessResult(FailedSignIns failed) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _framework = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
        authorizeResult.Succeeded ? next(context)
        // Without an endpoint it is a 404; one that is no route is the router's own, and only says 405 or 415.
        : context.GetEndpoint() is not RouteEndpoint ? next(context)
        : AccessPolicies.IsClosed(policy) ? Refusals.WriteNoRule(context)
        : authorizeResult.Challenged ? Challenge(next, context, policy, authorizeResult)
        : _framework.HandleAsync(next, context, policy, authorizeResult);

    private async Task Challenge(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult result)
    {
        // It was asked before and is not asked again: the scheme keeps its answer.
        var failure = (await context.AuthenticateAsync(Schemes.ApiKey)).Failure;
        if (SignInFaults.Of(failure) is { } fault && failed.Add(context, fault) is { } slower)
        {
            await Refusals.Write(context, slower);
            return;
        }

        await _framework.HandleAsync(next, context, policy, result);
    }
}
