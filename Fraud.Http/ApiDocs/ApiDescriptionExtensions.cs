using Microsoft.AspNetCore.Builder;

namespace Fraud.Http.ApiDocs;

/// <summary>Says what an address is for, where the address is mapped.</summary>
internal static class ApiDescriptionExtensions
{
    public static TBuilder Describe<TBuilder>(this TBuilder endpoint, ApiDescription description)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(description);
}
