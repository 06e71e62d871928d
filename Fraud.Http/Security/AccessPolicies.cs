using Microsoft.AspNetCore.Authorization;

namespace Fraud.Http.Security;

/// <summary>One policy for each <see cref="Access"/>, and one that refuses for an endpoint that names none.</summary>
internal static class AccessPolicies
{
    public static void Define(AuthorizationOptions options)
    {
        options.FallbackPolicy = new AuthorizationPolicyBuilder().AddRequirements(new AccessRequirement(null)).Build();
        // Of an endpoint that asks for authorization and does not say which.
        options.DefaultPolicy = options.FallbackPolicy;
        foreach (var access in Enum.GetValues<Access>())
        {
            options.AddPolicy(access.ScopeName(), policy => Define(policy, access));
        }
    }

    public static bool IsClosed(AuthorizationPolicy policy) => policy.Requirements.Any(static requirement => requirement is AccessRequirement { IsClosed: true });

    private static void Define(AuthorizationPolicyBuilder policy, Access access)
    {
        policy.AddRequirements(new AccessRequirement(access));
        // An open address has no scheme: what a caller sends there is not looked at.
        if (access != Access.Open)
        {
            policy.AddAuthenticationSchemes(Schemes.ApiKey);
        }
    }
}
