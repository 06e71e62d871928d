using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Edge;
using Fraud.Http.Problems;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Inference;

/// <summary>The models that there are, and which can be asked: the protocol's model repository extension.</summary>
internal sealed class RepositoryEndpoints(ModelRepository models) : IEndpoints
{
    // {"ready":true} or {"parameters":{"version":"..."}}: nothing longer makes sense.
    private const int MaxBodyBytes = 4_096;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v2/repository/index", (RequestDelegate)Index).Needs(Access.Score).Describe(RepositoryDescriptions.Index);
        routes.MapPost("/v2/repository/models/{model}/load", (RequestDelegate)Load).Needs(Access.Admin).Describe(RepositoryDescriptions.Load);
        routes.MapPost("/v2/repository/models/{model}/unload", (RequestDelegate)Unload)
            .Needs(Access.Admin).Describe(RepositoryDescriptions.Unload);
    }

    private async Task Index(HttpContext context)
    {
        var (body, wrong) = await Read(context);
        if (wrong is null && body.TryGetProperty("ready"u8, out var field) && field.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            wrong = InferenceProblems.Wrong("ready", "true or false");
        }

        if (wrong is not null)
        {
            await wrong.Write(context);
            return;
        }

        var readyOnly = body.TryGetProperty("ready"u8, out var ready) && ready.GetBoolean();
        // Reads folders and files.
        var entries = await Task.Run(models.Index, context.RequestAborted);
        await JsonAnswer.Write(context, entries.FindAll(entry => entry.IsReady || !readyOnly), static (json, all) =>
        {
            json.WriteStartArray();
            foreach (var entry in all)
            {
                json.WriteStartObject();
                json.WriteString("name", entry.Name);
                json.WriteString("version", entry.Version);
                json.WriteString("state", entry.IsReady ? "READY" : "UNAVAILABLE");
                json.WriteString("reason", entry.IsReady ? "" : entry.Refusal is null ? "not loaded" : "its manifest cannot be read");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private Task Load(HttpContext context) => Change(context, models.Load);

    private Task Unload(HttpContext context) => Change(context, models.Unload);

    private static async Task Change(HttpContext context, Func<string, string?, CancellationToken, Task<Problem?>> change)
    {
        var (body, wrong) = await Read(context);
        string? version = null;
        if (wrong is null)
        {
            try
            {
                wrong = ReadVersion(body, out version);
            }
            catch (InvalidOperationException)
            {
                // Text that is no valid UTF-16, such as half a surrogate pair.
                wrong = InferenceProblems.Wrong("parameters", "valid text");
            }
        }

        wrong ??= await change((string)context.Request.RouteValues["model"]!, version, context.RequestAborted);
        if (wrong is not null)
        {
            await wrong.Write(context);
            return;
        }

        // As the extension has it: the status says it all.
        context.Response.ContentLength = 0;
    }

    private static Problem? ReadVersion(JsonElement body, out string? version)
    {
        version = null;
        if (!body.TryGetProperty("parameters"u8, out var parameters))
        {
            return null;
        }

        if (parameters.ValueKind != JsonValueKind.Object)
        {
            return InferenceProblems.Wrong("parameters", "an object");
        }

        if (parameters.TryGetProperty("config"u8, out _) || parameters.EnumerateObject().Any(static field => field.Name.StartsWith("file:", StringComparison.Ordinal)))
        {
            return InferenceProblems.Wrong("parameters", "no configuration and no files: models come from the repository's folder");
        }

        if (!parameters.TryGetProperty("version"u8, out var given))
        {
            return null;
        }

        if (given.ValueKind != JsonValueKind.String)
        {
            return InferenceProblems.Wrong("parameters.version", "a string");
        }

        version = given.GetString();
        return null;
    }

    /// <summary>The body as an object; nothing sent counts as an empty one.</summary>
    private static async ValueTask<(JsonElement Body, Problem? Wrong)> Read(HttpContext context)
    {
        var body = await RequestBody.Read(context, MaxBodyBytes);
        if (body.IsTooLarge)
        {
            return (default, ContentTypes.TooLarge(MaxBodyBytes));
        }

        try
        {
            if (body.Bytes.IsEmpty)
            {
                return (JsonElement.Parse("{}"), null);
            }

            // Asking for JSON by name keeps pages of other sites from posting here without being asked.
            if (!ContentTypes.IsJson(context.Request))
            {
                return (default, ContentTypes.Unsupported);
            }

            WellFormedJson.Check(body.Bytes);
            var json = JsonElement.Parse(body.Bytes);
            return json.ValueKind == JsonValueKind.Object ? (json, null) : (default, InferenceProblems.Wrong("body", "a JSON object, or nothing"));
        }
        catch (JsonException)
        {
            return (default, InferenceProblems.Wrong("body", "a JSON object, or nothing"));
        }
        finally
        {
            body.Release();
        }
    }
}
