using System.Text.Json;

namespace Fraud.Tests.Support;

/// <summary>
/// Holds JSON against the part of JSON Schema that OpenAPI documents here use: $ref, type, nullable, enum, properties,
/// required, additionalProperties, items, minItems, minimum, anyOf and allOf.
/// </summary>
/// <param name="document">Where references point into.</param>
/// <param name="isClosed">True: a field that the schema does not name is a mistake.</param>
internal sealed class JsonSchema(JsonElement document, bool isClosed)
{
    /// <summary>What does not fit, by where it is; empty when all fits.</summary>
    public IReadOnlyList<string> Mistakes(JsonElement schema, JsonElement value)
    {
        var mistakes = new List<string>();
        Check(schema, value, "$", mistakes);
        return mistakes;
    }

    /// <param name="pointer">Such as #/components/schemas/Payment.</param>
    public JsonElement Resolve(string pointer)
    {
        var at = document;
        foreach (var name in pointer.Split('/').Skip(1))
        {
            at = at.GetProperty(name);
        }

        return at;
    }

    private void Check(JsonElement schema, JsonElement value, string path, List<string> mistakes)
    {
        if (schema.TryGetProperty("$ref", out var pointer))
        {
            Check(Resolve(pointer.GetString()!), value, path, mistakes);
            return;
        }

        if (value.ValueKind == JsonValueKind.Null && schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean())
        {
            return;
        }

        if (schema.TryGetProperty("allOf", out var all))
        {
            foreach (var part in all.EnumerateArray())
            {
                Check(part, value, path, mistakes);
            }
        }

        if (schema.TryGetProperty("anyOf", out var any) && !any.EnumerateArray().Any(part => Mistakes(part, value).Count == 0))
        {
            mistakes.Add($"{path}: fits none of the alternatives");
        }

        if (schema.TryGetProperty("type", out var type) && !IsOfType(value, type.GetString()!))
        {
            mistakes.Add($"{path}: is {value.ValueKind}, expected {type.GetString()}");
            return;
        }

        if (schema.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
        {
            mistakes.Add($"{path}: {value} is none of {values}");
        }

        if (schema.TryGetProperty("minimum", out var least) && value.GetDouble() < least.GetDouble())
        {
            mistakes.Add($"{path}: {value} is below {least}");
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            CheckObject(schema, value, path, mistakes);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            CheckArray(schema, value, path, mistakes);
        }
    }

    private void CheckObject(JsonElement schema, JsonElement value, string path, List<string> mistakes)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            mistakes.AddRange(required.EnumerateArray()
                .Where(name => !value.TryGetProperty(name.GetString()!, out _))
                .Select(name => $"{path}.{name}: is missing"));
        }

        var hasFields = schema.TryGetProperty("properties", out var fields);
        var hasOthers = schema.TryGetProperty("additionalProperties", out var others);
        foreach (var field in value.EnumerateObject())
        {
            var at = $"{path}.{field.Name}";
            if (hasFields && fields.TryGetProperty(field.Name, out var known))
            {
                Check(known, field.Value, at, mistakes);
            }
            else if (hasOthers && others.ValueKind == JsonValueKind.Object)
            {
                Check(others, field.Value, at, mistakes);
            }
            else if ((hasOthers && others.ValueKind == JsonValueKind.False) || (isClosed && hasFields && !hasOthers))
            {
                mistakes.Add($"{at}: is not described");
            }
        }
    }

    private void CheckArray(JsonElement schema, JsonElement value, string path, List<string> mistakes)
    {
        if (schema.TryGetProperty("minItems", out var least) && value.GetArrayLength() < least.GetInt32())
        {
            mistakes.Add($"{path}: expected at least {least} items");
        }

        if (schema.TryGetProperty("items", out var items))
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                Check(items, item, $"{path}[{index++}]", mistakes);
            }
        }
    }

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown type"),
    };
}
