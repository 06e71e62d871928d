using Fraud.Http.ApiDocs;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Scoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Health;

/// <summary>What load balancers, orchestrators and people ask first.</summary>
internal sealed class HealthEndpoints(
    IEnumerable<IReadinessProbe> probes,
    GraphStatus graph,
    ModelRoutes models,
    EndpointList endpoints,
    TimeProvider time) : IEndpoints
{
    private const string Service = "fraud-detection-api";
    private readonly long _started = time.GetTimestamp();
    private readonly IReadinessProbe[] _probes = [.. probes];

    private GraphStatus Graph => graph;

    private ModelRoutes Models => models;

    private TimeProvider Time => time;

    private EndpointList Endpoints => endpoints;

    private static string Version { get; } =
        typeof(HealthEndpoints).Assembly.GetName().Version?.ToString(3) ?? "0";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", (RequestDelegate)Root).Needs(Access.Open).Describe(HealthDescriptions.Root);
        // Beside the reference systems' addresses, those that orchestrators ask by habit.
        routes.MapGet("/health", (RequestDelegate)Health).Needs(Access.Open).Describe(HealthDescriptions.Health);
        routes.MapGet("/healthz", (RequestDelegate)Health).Needs(Access.Open).Describe(HealthDescriptions.Health);
        routes.MapGet("/health/live", (RequestDelegate)Live).Needs(Access.Open).Describe(HealthDescriptions.Live);
        routes.MapGet("/livez", (RequestDelegate)Live).Needs(Access.Open).Describe(HealthDescriptions.Live);
        routes.MapGet("/health/ready", (RequestDelegate)Ready).Needs(Access.Open).Describe(HealthDescriptions.Ready);
        routes.MapGet("/readyz", (RequestDelegate)Ready).Needs(Access.Open).Describe(HealthDescriptions.Ready);
    }

    private Task Root(HttpContext context) => JsonAnswer.Write(context, this, static (json, self) =>
    {
        json.WriteStartObject();
        json.WriteString("name", Service);
        json.WriteString("version", Version);
        json.WriteString("description", "Scores card payments for fraud, as they happen.");
        json.WriteString("docs", "/api/docs");
        json.WriteStartArray("endpoints");
        foreach (var endpoint in self.Endpoints.Public)
        {
            json.WriteStringValue(endpoint);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private Task Health(HttpContext context) => JsonAnswer.Write(context, this, static (json, self) =>
    {
        var by = self.Models.Champion.Current.ScoredBy;
        json.WriteStartObject();
        json.WriteString("status", self.Graph.State == GraphState.Running ? "healthy" : self.Graph.State.ToString().ToLowerInvariant());
        json.WriteString("service", Service);
        json.WriteString("version", Version);
        json.WriteString("timestamp", self.Time.GetUtcNow().UtcDateTime);
        json.WriteNumber("uptime_seconds", Math.Round(self.Time.GetElapsedTime(self._started).TotalSeconds, 1));
        json.WriteString("model", by.Model);
        json.WriteString("model_version", by.Version);
        if (self.Models.Features?.Current.ScoredBy is { } features)
        {
            json.WriteString("feature_model", features.Model);
            json.WriteString("feature_model_version", features.Version);
        }

        json.WriteEndObject();
    });

    // The process answers: that is all this says. A restart would cure nothing else.
    private static Task Live(HttpContext context) => JsonAnswer.Write(context, true, static (json, _) =>
    {
        json.WriteStartObject();
        json.WriteString("status", "live");
        json.WriteEndObject();
    });

    private Task Ready(HttpContext context)
    {
        var results = new List<(string Name, bool Ready, string Detail)>();
        foreach (var probe in _probes)
        {
            results.Add((probe.Name, probe.IsReady(out var detail), detail));
        }

        var ready = results.TrueForAll(static result => result.Ready);
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return JsonAnswer.Write(context, (ready, results), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", state.ready ? "ready" : "not ready");
            json.WriteStartObject("checks");
            foreach (var (name, ok, _) in state.results)
            {
                json.WriteString(name, ok ? "ok" : "failed");
            }

            json.WriteEndObject();
            json.WriteStartObject("details");
            foreach (var (name, _, detail) in state.results)
            {
                json.WriteString(name, detail);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
