using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Model.Registry;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shadow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Models;

/// <summary><c>GET /model/info[?model=NAME]</c>: what the model in service is, takes and was measured at, and which others there are.</summary>
internal sealed class ModelInfoEndpoint(ModelRoutes models, ShadowModels shadows) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/model/info", (RequestDelegate)Handle).Needs(Access.ScoreOrAnalyst).Describe(ModelsDescriptions.Info);

    private Task Handle(HttpContext context)
    {
        var all = All().ToList();
        var asked = context.Request.Query["model"];
        var index = asked.Count == 0 ? 0 : all.FindIndex(one => one.Model.ScoredBy.Model == asked[0]);
        return index < 0
            ? new Problem(404, "No such model", "model: expected the name of a model that is served") { Field = "model", Expected = "the name of a model that is served" }.Write(context)
            : JsonAnswer.Write(context, (all[index].Model, all), static (json, info) => Write(json, info.Model, info.all));
    }

    /// <summary>The champion first.</summary>
    private IEnumerable<(ServedModel Model, string Role)> All()
    {
        yield return (models.Champion.Current, "champion");
        if (models.Features is { } features)
        {
            yield return (features.Current, "features");
        }

        foreach (var candidate in shadows.Candidates)
        {
            yield return (candidate.Models.Current, candidate.IsChallenger ? "challenger" : "shadow");
        }
    }

    private static void Write(Utf8JsonWriter json, ServedModel served, IEnumerable<(ServedModel Model, string Role)> all)
    {
        var manifest = served.Model.Manifest;
        var by = served.ScoredBy;
        json.WriteStartObject();
        json.WriteString("name"u8, by.Model);
        json.WriteString("version"u8, by.Version);
        json.WriteString("format"u8, "onnx"u8);
        json.WriteString("sha256"u8, manifest.Sha256);
        json.WriteString("input"u8, manifest.TakesPayload ? "features"u8 : "payment"u8);
        json.WriteNumber("threshold"u8, by.ReviewThreshold);
        json.WriteStartObject("thresholds"u8);
        json.WriteNumber("review"u8, by.ReviewThreshold);
        json.WriteNumber("block"u8, by.BlockThreshold);
        json.WriteBoolean("overridden"u8, IsOverridden(by.ReviewThreshold, manifest.Thresholds.Review) || IsOverridden(by.BlockThreshold, manifest.Thresholds.Block));
        json.WriteEndObject();
        json.WriteNumber("feature_count"u8, manifest.Inputs.Count);
        json.WriteStartArray("features"u8);
        foreach (var input in manifest.Inputs)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, input.Name);
            json.WriteString("source"u8, input.Source == InputSource.Payload ? "payload"u8 : "profile"u8);
            if (manifest.Baseline.TryGetValue(input.Name, out var usual))
            {
                json.WriteStartObject("usual"u8);
                json.WriteFinite("p01", usual.P01);
                json.WriteFinite("p50", usual.P50);
                json.WriteFinite("p99", usual.P99);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("metrics"u8);
        foreach (var (name, value) in manifest.Metrics)
        {
            json.WriteFinite(name, value);
        }

        json.WriteEndObject();
        Training(json, manifest.Training);
        json.WriteStartArray("served"u8);
        foreach (var (model, role) in all)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, model.ScoredBy.Model);
            json.WriteString("version"u8, model.ScoredBy.Version);
            json.WriteString("role"u8, role);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Training(Utf8JsonWriter json, TrainingRecord training)
    {
        json.WriteStartObject("training"u8);
        json.WriteString("train_from"u8, training.TrainFrom);
        json.WriteString("train_to"u8, training.TrainTo);
        json.WriteString("test_from"u8, training.TestFrom);
        json.WriteString("test_to"u8, training.TestTo);
        json.WriteNumber("label_delay_days"u8, training.LabelDelayDays);
        json.WriteNumber("rounds"u8, training.Rounds);
        json.WriteString("data_sha256"u8, training.DataSha256);
        json.WriteStartObject("parameters"u8);
        foreach (var (name, value) in training.Parameters)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static bool IsOverridden(float served, double manifest) => served != (float)manifest;
}
