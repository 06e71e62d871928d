using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Fraud.Http.ApiDocs;

/// <summary>The examples of types, written as the service writes JSON.</summary>
internal sealed class ExampleReader(IOptions<JsonOptions> json)
{
    /// <summary>Null for a type that shows none.</summary>
    public JsonNode? Of(Type type) =>
        type.GetInterfaces().Any(static one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IExample<>))
        && type.GetProperty(nameof(IExample<>.Example), BindingFlags.Static | BindingFlags.Public) is { } example
            ? JsonSerializer.SerializeToNode(example.GetValue(null), type, json.Value.SerializerOptions)
            : null;

    /// <summary>Those of a body, by name: one for each of its forms.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode?>> OfBody(Type type) => Of(type) switch
    {
        null => [],
        JsonObject forms when type.IsDefined(typeof(FormsAttribute)) => forms,
        var one => [new("example", one)],
    };
}
