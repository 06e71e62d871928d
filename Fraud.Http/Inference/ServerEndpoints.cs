using Fraud.Http.ApiDocs;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Inference;

/// <summary>The server itself, as the protocol asks for it: what it is, whether it lives, whether models can be asked.</summary>
internal sealed class ServerEndpoints(InferenceLane lane) : IEndpoints
{
    private static readonly string Version = typeof(ServerEndpoints).Assembly.GetName().Version?.ToString(3) ?? "0";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2", (RequestDelegate)Metadata).Needs(Access.Open).Describe(InferenceDescriptions.Server);
        routes.MapGet("/v2/health/live", (RequestDelegate)Live).Needs(Access.Open).Describe(InferenceDescriptions.Live);
        routes.MapGet("/v2/health/ready", (RequestDelegate)Ready).Needs(Access.Open).Describe(InferenceDescriptions.Ready);
    }

    private static Task Metadata(HttpContext context) => JsonAnswer.Write(context, Version, static (json, version) =>
    {
        json.WriteStartObject();
        json.WriteString("name", "fraud-detection-api");
        json.WriteString("version", version);
        json.WriteStartArray("extensions");
        json.WriteStringValue("binary_tensor_data");
        json.WriteStringValue("model_repository");
        json.WriteStringValue("statistics");
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static Task Live(HttpContext context) => JsonAnswer.Write(context, true, static (json, _) =>
    {
        json.WriteStartObject();
        json.WriteBoolean("live", true);
        json.WriteEndObject();
    });

    // There is always a model in service: what can be missing is somebody to ask it.
    private Task Ready(HttpContext context)
    {
        var ready = lane.IsOpen;
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return JsonAnswer.Write(context, ready, static (json, isReady) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("live", true);
            json.WriteBoolean("ready", isReady);
            json.WriteEndObject();
        });
    }
}
