using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Stream.Scoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Inference;

/// <summary>What models were asked by the protocol since they were loaded: its statistics extension.</summary>
internal sealed class StatisticsEndpoints(ModelRepository models) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2/models/stats", (RequestDelegate)Handle).Needs(Access.Score).Describe(StatisticsDescriptions.All);
        routes.MapGet("/v2/models/{model}/stats", (RequestDelegate)Handle).Needs(Access.Score).Describe(StatisticsDescriptions.Model);
        routes.MapGet("/v2/models/{model}/versions/{version}/stats", (RequestDelegate)Handle)
            .Needs(Access.Score).Describe(StatisticsDescriptions.Version);
    }

    private Task Handle(HttpContext context)
    {
        var name = context.Request.RouteValues["model"] as string;
        var version = context.Request.RouteValues["version"] as string;
        if (name is not null)
        {
            if (!models.TryAcquire(name, version, out var model, out var problem))
            {
                return problem.Write(context);
            }

            model.Release();
        }

        var asked = models.Ready
            .Where(model => (name is null || model.ScoredBy.Model == name) && (version is null || model.ScoredBy.Version == version))
            .Select(model => (model, models.StatisticsOf(model).Read()))
            .ToList();
        return JsonAnswer.Write(context, asked, static (json, all) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("model_stats");
            foreach (var (model, totals) in all)
            {
                Write(json, model, totals);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, ServedModel model, ModelStatistics.Totals totals)
    {
        json.WriteStartObject();
        json.WriteString("name", model.ScoredBy.Model);
        json.WriteString("version", model.ScoredBy.Version);
        json.WriteNumber("last_inference", totals.LastMs);
        json.WriteNumber("inference_count", totals.Rows);
        json.WriteNumber("execution_count", totals.Calls);
        json.WriteStartObject("inference_stats");
        Write(json, "success", totals.Phases[(int)ModelStatistics.Phase.Success]);
        Write(json, "fail", totals.Phases[(int)ModelStatistics.Phase.Fail]);
        Write(json, "queue", totals.Phases[(int)ModelStatistics.Phase.Queue]);
        Write(json, "compute_input", totals.Phases[(int)ModelStatistics.Phase.Input]);
        Write(json, "compute_infer", totals.Phases[(int)ModelStatistics.Phase.Infer]);
        Write(json, "compute_output", totals.Phases[(int)ModelStatistics.Phase.Output]);
        // Nothing is answered from a cache; clients expect the fields.
        Write(json, "cache_hit", new ModelStatistics.Duration());
        Write(json, "cache_miss", new ModelStatistics.Duration());
        json.WriteEndObject();
        json.WriteStartArray("batch_stats");
        foreach (var (rows, times) in totals.ByRows)
        {
            json.WriteStartObject();
            json.WriteNumber("batch_size", rows);
            Write(json, "compute_input", times[0]);
            Write(json, "compute_infer", times[1]);
            Write(json, "compute_output", times[2]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, ModelStatistics.Duration duration)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", duration.Count);
        json.WriteNumber("ns", duration.Nanoseconds);
        json.WriteEndObject();
    }
}
