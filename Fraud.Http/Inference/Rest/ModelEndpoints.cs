using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Inference.Rest;

/// <summary>A model as the protocol asks for it: its tensors, and whether it can be asked.</summary>
internal sealed class ModelEndpoints(ModelCatalog catalog) : IEndpoints
{
    private const string Model = "/v2/models/{model}";
    private const string Version = Model + "/versions/{version}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Model, Metadata)
            .Needs(Access.Score).WithName("getInferenceModel").Describe(InferenceDescriptions.Model);
        routes.MapGet(Version, Metadata)
            .Needs(Access.Score).WithName("getInferenceModelVersion").Describe(InferenceDescriptions.ModelVersion);
        routes.MapGet(Model + "/ready", Ready)
            .Needs(Access.Score).WithName("getInferenceModelReady").Describe(InferenceDescriptions.ModelReady);
        routes.MapGet(Version + "/ready", Ready)
            .Needs(Access.Score).WithName("getInferenceModelVersionReady").Describe(InferenceDescriptions.ModelVersionReady);
    }

    private Results<Ok<ModelMetadata>, Problem> Metadata(HttpContext context)
    {
        var (name, version) = Asked(context);
        return catalog.TryDescribe(name, version, out var metadata, out var problem) ? TypedResults.Ok(metadata) : problem;
    }

    private Results<JsonHttpResult<ModelReady>, Problem> Ready(HttpContext context)
    {
        var (name, version) = Asked(context);
        if (catalog.Find(name, version) is { } problem)
        {
            return problem;
        }

        var isReady = catalog.IsReady;
        return TypedResults.Json(
            new ModelReady { Name = name, Ready = isReady },
            statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static (string Name, string? Version) Asked(HttpContext context)
    {
        var values = context.Request.RouteValues;
        return ((string)values["model"]!, values["version"] as string);
    }
}
