using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace Fraud.Http.Security;

/// <summary>What a policy asks of its callers.</summary>
/// <param name="access">Null: closed to everyone.</param>
internal sealed class AccessRequirement(Access? access) : AuthorizationHandler<AccessRequirement>, IAuthorizationRequirement
{
    public bool IsClosed => access is null;

    public bool IsMetBy(ClaimsPrincipal user) => access switch
    {
        null => false,
        Access.Open => true,
        { } scope => Caller.Proved(user) is { } caller && caller.Holds(scope),
    };

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRequirement requirement)
    {
        if (requirement.IsMetBy(context.User))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
