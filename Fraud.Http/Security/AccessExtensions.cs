using Microsoft.AspNetCore.Builder;

namespace Fraud.Http.Security;

/// <summary>Says who may use an address, where the address is mapped.</summary>
internal static class AccessExtensions
{
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Access access)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AccessRule(access));
}
