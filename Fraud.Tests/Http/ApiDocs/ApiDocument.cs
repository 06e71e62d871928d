using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Fraud.Tests.Http.ApiDocs;

/// <summary>The OpenAPI document of a running server, and its schemas to hold JSON against.</summary>
internal sealed class ApiDocument
{
    private static readonly EvaluationOptions Listed = new() { OutputFormat = OutputFormat.List };

    private readonly JsonObject _open;
    private readonly JsonObject _closed;

    private ApiDocument(JsonElement root)
    {
        Root = root;
        _open = root.GetProperty("components").GetProperty("schemas").Deserialize<JsonObject>()!;
        _closed = (JsonObject)_open.DeepClone();
        Close(_closed);
    }

    public JsonElement Root { get; }

    public JsonElement Paths => Root.GetProperty("paths");

    /// <summary>Every operation with its path and method, in small letters.</summary>
    public IEnumerable<(string Path, string Method, JsonElement Operation)> Operations => Paths.EnumerateObject()
        .SelectMany(static path => path.Value.EnumerateObject().Select(operation => (path.Name, operation.Name, operation.Value)));

    public static async Task<ApiDocument> Of(HttpClient client)
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri("/openapi.json", UriKind.Relative)));
        return new ApiDocument(document.RootElement.Clone());
    }

    /// <param name="pointer">Such as #/components/responses/Problem400.</param>
    public JsonElement Resolve(string pointer)
    {
        var at = Root;
        foreach (var name in pointer.Split('/').Skip(1))
        {
            at = at.GetProperty(name);
        }

        return at;
    }

    /// <summary>What an operation says of answers with this status; null for one that it does not know.</summary>
    public JsonElement? Answer(JsonElement operation, int status)
    {
        if (!operation.GetProperty("responses").TryGetProperty(status.ToString(System.Globalization.CultureInfo.InvariantCulture), out var told))
        {
            return null;
        }

        return told.TryGetProperty("$ref", out var pointer) ? Resolve(pointer.GetString()!) : told;
    }

    /// <summary>What does not fit, by where it is.</summary>
    /// <param name="isClosed">A field that no schema names is a mistake.</param>
    public IReadOnlyList<string> Mistakes(JsonElement schema, JsonElement value, bool isClosed = true)
    {
        var whole = new JsonObject
        {
            ["allOf"] = new JsonArray(schema.Deserialize<JsonNode>()),
            ["$defs"] = (isClosed ? _closed : _open).DeepClone(),
        };
        var text = whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        return Errors(JsonSchema.FromText(text), value);
    }

    public static IReadOnlyList<string> Errors(JsonSchema schema, JsonElement value)
    {
        var results = schema.Evaluate(value, Listed);
        return results.IsValid
            ? []
            : [.. (results.Details ?? []).Where(static detail => detail is { IsValid: false, Errors: not null })
                .SelectMany(static detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value} ({detail.EvaluationPath})"))];
    }

    private static void Close(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject schema:
                foreach (var (_, child) in schema)
                {
                    Close(child);
                }

                if (schema["properties"] is JsonObject && !schema.ContainsKey("additionalProperties"))
                {
                    schema["additionalProperties"] = false;
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Close(item);
                }

                break;
        }
    }
}
