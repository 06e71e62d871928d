using Fraud.Http.ApiDocs;
using Fraud.Http.RateLimits;
using Fraud.Http.Security;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Scoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Health;

/// <summary>What load balancers, orchestrators and people ask first.</summary>
internal sealed class HealthEndpoints(
    GraphStatus graph,
    ModelRoutes models,
    EndpointList endpoints,
    TimeProvider time) : IEndpoints
{
    private const string Service = "fraud-detection-api";
    private static readonly HttpMethodMetadata Get = new([HttpMethods.Get]);
    private readonly long _started = time.GetTimestamp();

    private static string Version { get; } =
        typeof(HealthEndpoints).Assembly.GetName().Version?.ToString(3) ?? "0";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", Root).Needs(Access.Open).WithName("getService").Describe(HealthDescriptions.Root);
        // Beside the reference systems' addresses, those that orchestrators ask by habit.
        var overall = HealthAnswers.Overall(Health);
        Map(routes, "/health", overall).WithName("getHealth").Describe(HealthDescriptions.Health);
        Map(routes, "/healthz", overall).WithName("getHealthz").Describe(HealthDescriptions.Health);
        Map(routes, "/health/live", HealthAnswers.Live).WithName("getLive").Describe(HealthDescriptions.Live);
        Map(routes, "/livez", HealthAnswers.Live).WithName("getLivez").Describe(HealthDescriptions.Live);
        Map(routes, "/health/ready", HealthAnswers.Ready).WithName("getReady").Describe(HealthDescriptions.Ready);
        Map(routes, "/readyz", HealthAnswers.Ready).WithName("getReadyz").Describe(HealthDescriptions.Ready);
    }

    private static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, string path, HealthCheckOptions options) =>
        routes.MapHealthChecks(path, options).WithMetadata(Get).Needs(Access.Open).Limited(RateClass.Probes);

    private Ok<ServiceIndex> Root() => TypedResults.Ok(new ServiceIndex
    {
        Name = Service,
        Version = Version,
        Description = "Scores card payments for fraud, as they happen.",
        Docs = "/api/docs",
        Endpoints = endpoints.Public,
    });

    private Task Health(HttpContext context)
    {
        var by = models.Champion.Current.ScoredBy;
        var features = models.Features?.Current.ScoredBy;
        return context.Response.WriteAsJsonAsync(
            new ServiceHealth
            {
                Status = graph.State == GraphState.Running ? "healthy" : graph.State.ToString().ToLowerInvariant(),
                Service = Service,
                Version = Version,
                Timestamp = time.GetUtcNow().UtcDateTime,
                UptimeSeconds = Math.Round(time.GetElapsedTime(_started).TotalSeconds, 1),
                Model = by.Model,
                ModelVersion = by.Version,
                FeatureModel = features?.Model,
                FeatureModelVersion = features?.Version,
            },
            context.RequestAborted);
    }
}
