using Microsoft.AspNetCore.Builder;

namespace Fraud.Http.Security;

/// <summary>Says who may use an address, where the address is mapped.</summary>
internal static class AccessExtensions
{
    /// <param name="orPeer">Nodes of the cluster may use it too, on their own port.</param>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Access access, bool orPeer = false)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AccessRule(access, orPeer));

    /// <summary>The scope as callers read it: "admin", "score or analyst".</summary>
    public static string ScopeName(this Access access) =>
        access is Access.ScoreOrAnalyst ? "score or analyst" : access.ToString().ToLowerInvariant();
}
