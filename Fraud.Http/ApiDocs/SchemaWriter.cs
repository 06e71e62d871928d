using System.Text.Json.Nodes;

namespace Fraud.Http.ApiDocs;

/// <summary>Turns shapes into the schemas of an OpenAPI 3.0 document: one component each, referred to by name.</summary>
internal sealed class SchemaWriter
{
    private readonly Dictionary<string, ApiShape> _written = new(StringComparer.Ordinal);

    public JsonObject Schemas { get; } = [];

    /// <exception cref="InvalidOperationException">Two shapes have one name.</exception>
    public JsonObject Refer(ApiShape shape)
    {
        if (!_written.TryGetValue(shape.Name, out var other))
        {
            _written.Add(shape.Name, shape);
            Schemas[shape.Name] = SchemaOf(shape, "", shape.Example);
        }
        else if (!ReferenceEquals(other, shape))
        {
            throw new InvalidOperationException($"Two shapes are named '{shape.Name}'");
        }

        return new JsonObject { ["$ref"] = "#/components/schemas/" + shape.Name };
    }

    private JsonObject SchemaOf(ApiShape shape, string path, JsonNode? example) => example switch
    {
        JsonObject fields => ObjectSchema(shape, path, [fields]),
        JsonArray items => new JsonObject { ["type"] = "array", ["items"] = ItemSchema(shape, path + "[]", items) },
        JsonValue value => new JsonObject { ["type"] = TypeOf(value) },
        _ => [],
    };

    // Items may differ in what they leave out: together they show all that there can be.
    private JsonObject ItemSchema(ApiShape shape, string path, JsonArray items)
    {
        if (shape.Find(path)?.Shape is { } elsewhere)
        {
            return Refer(elsewhere);
        }

        var objects = items.OfType<JsonObject>().ToList();
        return objects.Count > 0 ? ObjectSchema(shape, path, objects) : items.Count == 0 ? [] : SchemaOf(shape, path, items[0]);
    }

    private JsonObject ObjectSchema(ApiShape shape, string path, IReadOnlyList<JsonObject> examples)
    {
        var schema = new JsonObject { ["type"] = "object" };
        var any = $"{path}.*";
        if (shape.Find(any) is { } each)
        {
            schema["additionalProperties"] = FieldSchema(shape, any, each, examples[0].First().Value);
            return schema;
        }

        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var (name, value) in examples.SelectMany(static example => example))
        {
            if (properties.ContainsKey(name))
            {
                continue;
            }

            var at = path.Length == 0 ? name : $"{path}.{name}";
            var field = shape.Find(at);
            properties[name] = FieldSchema(shape, at, field, value);
            if (field is null || !field.Kind.HasFlag(FieldIs.Optional))
            {
                required.Add(name);
            }
        }

        schema["properties"] = properties;
        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        return schema;
    }

    private JsonObject FieldSchema(ApiShape shape, string path, ApiField? field, JsonNode? example)
    {
        // In version 3.0 nothing may stand beside a reference, so it is wrapped.
        var schema = field switch
        {
            { Shape: { } elsewhere } when example is JsonArray => new JsonObject { ["type"] = "array", ["items"] = Refer(elsewhere) },
            { Shape: { } elsewhere } => new JsonObject { ["allOf"] = new JsonArray(Refer(elsewhere)) },
            not null when field.Kind.HasFlag(FieldIs.Any) => [],
            not null when field.Kind.HasFlag(FieldIs.Free) => new JsonObject { ["type"] = "object", ["additionalProperties"] = true },
            _ => SchemaOf(shape, path, example),
        };
        if (field is null)
        {
            return schema;
        }

        schema["description"] = field.Description;
        if (field.Kind.HasFlag(FieldIs.Number))
        {
            // For a list it says so of the items.
            (schema["items"] as JsonObject ?? schema)["type"] = "number";
        }

        if (field.Kind.HasFlag(FieldIs.Nullable))
        {
            schema["nullable"] = true;
        }

        if (field.Values.Count > 0)
        {
            schema["enum"] = new JsonArray([.. field.Values.Select(static value => (JsonNode)value)]);
        }

        schema["example"] = example?.DeepClone();
        return schema;
    }

    private static string TypeOf(JsonValue value) => value.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.String => "string",
        System.Text.Json.JsonValueKind.Number => value.ToJsonString().AsSpan().ContainsAny('.', 'e', 'E') ? "number" : "integer",
        _ => "boolean",
    };
}
