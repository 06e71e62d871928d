using Fraud.Http.ApiDocs;
using Fraud.Http.RateLimits;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Inference.Rest;

/// <summary>The server itself, as the protocol asks for it: what it is, whether it lives, whether models can be asked.</summary>
internal sealed class ServerEndpoints(ModelCatalog catalog) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2", Metadata)
            .Needs(Access.Open).WithName("getInferenceServer").Describe(InferenceDescriptions.Server);
        routes.MapGet("/v2/health/live", Live)
            .Needs(Access.Open).Limited(RateClass.Probes).WithName("getInferenceServerLive").Describe(InferenceDescriptions.Live);
        routes.MapGet("/v2/health/ready", Ready)
            .Needs(Access.Open).Limited(RateClass.Probes).WithName("getInferenceServerReady").Describe(InferenceDescriptions.Ready);
    }

    private static Ok<ServerMetadata> Metadata() => TypedResults.Ok(ModelCatalog.Server);

    private static Ok<ServerLive> Live() => TypedResults.Ok(new ServerLive { Live = true });

    private JsonHttpResult<ServerReady> Ready() => TypedResults.Json(
        new ServerReady { Live = true, Ready = catalog.IsReady },
        statusCode: catalog.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
