using Microsoft.AspNetCore.Builder;

namespace Fraud.Http.Security;

/// <summary>Says who may use an address, where the address is mapped.</summary>
internal static class AccessExtensions
{
    /// <summary>As <c>RequireAuthorization("score")</c>, with the access in the metadata for the API document.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Access access)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AccessRule(access));

    /// <summary>The scope as callers read it, and the policy's name: "admin", "score or analyst".</summary>
    public static string ScopeName(this Access access) =>
        access is Access.ScoreOrAnalyst ? "score or analyst" : access.ToString().ToLowerInvariant();
}
