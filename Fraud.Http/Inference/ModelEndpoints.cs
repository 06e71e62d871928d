using System.Globalization;
using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Stream.Scoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Inference;

/// <summary>A model as the protocol asks for it: its tensors, and whether it can be asked.</summary>
internal sealed class ModelEndpoints(ModelRepository models, InferenceLane lane) : IEndpoints
{
    private const string Model = "/v2/models/{model}";
    private const string Version = Model + "/versions/{version}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Model, (RequestDelegate)Metadata).Needs(Access.Score).Describe(InferenceDescriptions.Model);
        routes.MapGet(Version, (RequestDelegate)Metadata).Needs(Access.Score).Describe(InferenceDescriptions.ModelVersion);
        routes.MapGet(Model + "/ready", (RequestDelegate)Ready).Needs(Access.Score).Describe(InferenceDescriptions.ModelReady);
        routes.MapGet(Version + "/ready", (RequestDelegate)Ready).Needs(Access.Score).Describe(InferenceDescriptions.ModelVersionReady);
    }

    private async Task Metadata(HttpContext context)
    {
        if (!TryAcquire(context, out var model, out var problem))
        {
            await problem!.Write(context);
            return;
        }

        try
        {
            var versions = models.Ready
                .Where(ready => ready.ScoredBy.Model == model!.ScoredBy.Model)
                .Select(static ready => ready.ScoredBy.Version)
                .ToList();
            await JsonAnswer.Write(context, (Model: model!, Versions: versions), static (json, state) => Write(json, state.Model, state.Versions));
        }
        finally
        {
            model!.Release();
        }
    }

    private async Task Ready(HttpContext context)
    {
        if (!TryAcquire(context, out var model, out var problem))
        {
            await problem!.Write(context);
            return;
        }

        var ready = lane.IsOpen;
        var name = model!.ScoredBy.Model;
        model.Release();
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await JsonAnswer.Write(context, (name, ready), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("name", state.name);
            json.WriteBoolean("ready", state.ready);
            json.WriteEndObject();
        });
    }

    private bool TryAcquire(HttpContext context, out ServedModel? model, out Problems.Problem? problem)
    {
        var values = context.Request.RouteValues;
        return models.TryAcquire((string)values["model"]!, values["version"] as string, out model, out problem);
    }

    private static void Write(Utf8JsonWriter json, ServedModel served, IReadOnlyList<string> versions)
    {
        var (model, by) = (served.Model, served.ScoredBy);
        json.WriteStartObject();
        json.WriteString("name", by.Model);
        json.WriteStartArray("versions");
        foreach (var version in versions)
        {
            json.WriteStringValue(version);
        }

        json.WriteEndArray();
        json.WriteString("platform", "onnxruntime_onnx");
        json.WriteStartArray("inputs");
        WriteTensor(json, model.InputName, "FP32", model.Manifest.Inputs.Count);
        json.WriteEndArray();
        json.WriteStartArray("outputs");
        WriteTensor(json, model.ProbabilitiesName, "FP32", 2);
        WriteTensor(json, model.LabelName, "INT64", null);
        json.WriteEndArray();
        json.WriteStartObject("properties");
        json.WriteString("version", by.Version);
        json.WriteString("features", string.Join(',', model.Manifest.Inputs.Select(static input => input.Name)));
        json.WriteString("review_threshold", by.ReviewThreshold.ToString(CultureInfo.InvariantCulture));
        json.WriteString("block_threshold", by.BlockThreshold.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, string datatype, int? columns)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("datatype", datatype);
        json.WriteStartArray("shape");
        // As many rows as the caller likes.
        json.WriteNumberValue(-1);
        if (columns is { } count)
        {
            json.WriteNumberValue(count);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
