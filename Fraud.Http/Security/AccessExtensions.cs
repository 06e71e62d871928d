using Microsoft.AspNetCore.Builder;

namespace Fraud.Http.Security;

/// <summary>Says who may use an address, where the address is mapped.</summary>
internal static class AccessExtensions
{
    /// <param name="orPeer">Nodes of the cluster may use it too, on their own port.</param>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Access access, bool orPeer = false)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AccessRule(access, orPeer));
}
