using Fraud.Http.Security;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Health;

/// <summary>What there is to call, such as "POST /predict", in order of address.</summary>
internal sealed class EndpointList
{
    /// <summary>All but the nodes' own.</summary>
    public IReadOnlyList<string> Public { get; private set; } = [];

    /// <summary>To be called once all is mapped.</summary>
    public void ReadFrom(IEndpointRouteBuilder routes) => Public =
    [
        .. routes.DataSources
            .SelectMany(static source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.Metadata.GetMetadata<AccessRule>()?.Access is not Access.Peer)
            .SelectMany(static endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(method => (Path: endpoint.RoutePattern.RawText!, Method: method)))
            .OrderBy(static call => call.Path, StringComparer.Ordinal)
            .ThenBy(static call => call.Method, StringComparer.Ordinal)
            .Select(static call => $"{call.Method} {call.Path}"),
    ];
}
