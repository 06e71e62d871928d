using Fraud.Http.ApiDocs;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Health;

/// <summary>What there is to call, such as "POST /predict", in order of address.</summary>
internal sealed class EndpointList
{
    public IReadOnlyList<string> Public { get; private set; } = [];

    /// <summary>To be called once all is mapped.</summary>
    public void ReadFrom(IEndpointRouteBuilder routes) => Public =
    [
        .. routes.DataSources
            .SelectMany(static source => source.Endpoints)
            .OfType<RouteEndpoint>()
            // The page of the API stands for its files; gRPC's methods are called by its clients, and found by reflection.
            .Where(static endpoint => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null)
            .SelectMany(static endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(method => (Path: endpoint.RoutePattern.RawText!, Method: method)))
            .Append((Path: ApiDocsEndpoints.Page, Method: "GET"))
            .OrderBy(static call => call.Path, StringComparer.Ordinal)
            .ThenBy(static call => call.Method, StringComparer.Ordinal)
            .Select(static call => $"{call.Method} {call.Path}"),
    ];
}
