using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Inference.Rest;

/// <summary>What models were asked by the protocol since they were loaded: its statistics extension.</summary>
internal sealed class StatisticsEndpoints(ModelCatalog catalog) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2/models/stats", Get)
            .Needs(Access.Score).WithName("listInferenceStatistics").Describe(StatisticsDescriptions.All);
        routes.MapGet("/v2/models/{model}/stats", Get)
            .Needs(Access.Score).WithName("getInferenceModelStatistics").Describe(StatisticsDescriptions.Model);
        routes.MapGet("/v2/models/{model}/versions/{version}/stats", Get)
            .Needs(Access.Score).WithName("getInferenceModelVersionStatistics").Describe(StatisticsDescriptions.Version);
    }

    private Results<Ok<InferenceStatistics>, Problem> Get(HttpContext context)
    {
        var values = context.Request.RouteValues;
        return catalog.TryCount(values["model"] as string, values["version"] as string, out var totals, out var problem)
            ? TypedResults.Ok(InferenceStatistics.Of(totals))
            : problem;
    }
}
