using System.Collections.Concurrent;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Fraud.Http.ApiDocs;

/// <summary>
/// Remembers which type each schema was made of, and completes the schemas once all are made: what the framework leaves
/// out, or loses where a field refers to a schema of its own.
/// </summary>
internal sealed class SchemaTypes(ExampleReader examples, IServiceProvider services) : IOpenApiSchemaTransformer
{
    private readonly ConcurrentDictionary<string, JsonTypeInfo> _types = new(StringComparer.Ordinal);

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (OpenApiOptions.CreateDefaultSchemaReferenceId(context.JsonTypeInfo) is { } name)
        {
            _types[name] = context.JsonTypeInfo;
        }

        return Task.CompletedTask;
    }

    public void Complete(OpenApiDocument document)
    {
        foreach (var (name, component) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (component is OpenApiSchema schema && _types.TryGetValue(name, out var type))
            {
                Complete(schema, type);
            }
        }
    }

    private void Complete(OpenApiSchema schema, JsonTypeInfo type)
    {
        schema.Description = type.Type.GetCustomAttribute<DescriptionAttribute>()?.Description;
        var example = examples.Of(type.Type) as JsonObject;
        foreach (var property in type.Properties)
        {
            var attributes = property.AttributeProvider?.GetCustomAttributes(inherit: true) ?? [];
            if (attributes.OfType<AliasAttribute>().Any())
            {
                schema.Properties?.Remove(property.Name);
            }
            else if (schema.Properties?.TryGetValue(property.Name, out var field) == true)
            {
                Complete(field, attributes);
                if (example?.TryGetPropertyValue(property.Name, out var shown) == true && field is OpenApiSchema own)
                {
                    own.Examples = [shown?.DeepClone() ?? JsonNullSentinel.JsonNull];
                }

                if (attributes.OfType<NeededAttribute>().Any())
                {
                    (schema.Required ??= new HashSet<string>()).Add(property.Name);
                }
            }
        }

        if (type.Type.IsDefined(typeof(FormsAttribute)))
        {
            BeOneOf(schema, [.. schema.Properties!.Values]);
        }
    }

    private void Complete(IOpenApiSchema field, object[] attributes)
    {
        // A field that refers to a schema has its own words beside the reference; the example is there.
        field.Description = attributes.OfType<DescriptionAttribute>().SingleOrDefault()?.Description;
        if (field is not OpenApiSchema schema)
        {
            return;
        }

        // Values that may be "NaN" are numbers or texts, which the framework calls an object.
        if (schema.AdditionalProperties is OpenApiSchema { AnyOf.Count: > 0 } value)
        {
            value.Type = null;
        }

        if (attributes.OfType<AllowedValuesAttribute>().SingleOrDefault() is { } allowed)
        {
            schema.Enum = [.. allowed.Values.Select(static value => value is null ? JsonNullSentinel.JsonNull : JsonValue.Create((string)value))];
        }

        foreach (var bound in attributes.OfType<IBound>())
        {
            bound.Write(schema, services);
        }
    }

    private static void BeOneOf(OpenApiSchema schema, IReadOnlyList<IOpenApiSchema> forms)
    {
        schema.Properties = null;
        schema.Required = null;
        schema.Type = null;
        schema.AnyOf = [.. forms];
    }
}
