using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.RateLimits;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Inference.Rest;

/// <summary>The models that there are, and which can be asked: the protocol's model repository extension.</summary>
internal sealed class RepositoryEndpoints(ModelCatalog catalog, ModelRepository models) : IEndpoints
{
    // {"ready":true} or {"parameters":{"version":"..."}}: nothing longer makes sense.
    public const int MaxBodyBytes = 4_096;

    private const string Body = "a JSON object, or nothing";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v2/repository/index", (Delegate)Index)
            .Needs(Access.Score).Limited(RateClass.Reads).WithName("listInferenceRepository").Describe(RepositoryDescriptions.Index);
        routes.MapPost("/v2/repository/models/{model}/load", Load)
            .Needs(Access.Admin).WithName("loadInferenceModel").Describe(RepositoryDescriptions.Load);
        routes.MapPost("/v2/repository/models/{model}/unload", Unload)
            .Needs(Access.Admin).WithName("unloadInferenceModel").Describe(RepositoryDescriptions.Unload);
    }

    private async Task<Results<Ok<IReadOnlyList<RepositoryModel>>, Problem>> Index(HttpContext context)
    {
        var (request, wrong) = await JsonBody.Read(context, MaxBodyBytes, Body, new RepositoryIndexRequest());
        if (wrong is not null)
        {
            return wrong;
        }

        var entries = await catalog.Index(request!.Ready == true, context.RequestAborted);
        return TypedResults.Ok<IReadOnlyList<RepositoryModel>>([.. entries.Select(RepositoryModel.Of)]);
    }

    private Task<Results<Ok, Problem>> Load(HttpContext context, string model) => Change(context, model, models.Load);

    private Task<Results<Ok, Problem>> Unload(HttpContext context, string model) => Change(context, model, models.Unload);

    /// <summary>As the extension has it: the status says it all.</summary>
    private static async Task<Results<Ok, Problem>> Change(
        HttpContext context, string model, Func<string, string?, CancellationToken, Task<Problem?>> change)
    {
        var (request, wrong) = await JsonBody.Read(context, MaxBodyBytes, Body, new RepositoryChange());
        if (request?.Parameters?.Others?.Keys.Any(InferenceRules.IsConfiguration) == true)
        {
            wrong = InferenceRules.NoConfiguration;
        }

        wrong ??= await change(model, request!.Parameters?.Version, context.RequestAborted);
        return wrong is null ? TypedResults.Ok() : wrong;
    }
}
