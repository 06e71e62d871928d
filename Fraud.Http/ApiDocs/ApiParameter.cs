using System.Globalization;
using System.Text.Json.Nodes;
using Fraud.Http.Edge;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Fraud.Http.ApiDocs;

/// <summary>A parameter of an address, with the bounds that it is held to.</summary>
/// <param name="In">"path", "query" or "header".</param>
/// <param name="Example">As it stands in the address or header.</param>
internal sealed record ApiParameter(string Name, string In, string Description, string Example)
{
    /// <summary>As JSON Schema names it.</summary>
    public string Type { get; init; } = "string";

    /// <summary>Stands for a case of its own: no part of the first request that the page offers.</summary>
    public bool IsRare { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>May be given several times.</summary>
    public bool IsList { get; init; }

    /// <summary>Of a text.</summary>
    public int? MinLength { get; init; }

    /// <inheritdoc cref="MinLength"/>
    public int? MaxLength { get; init; }

    /// <inheritdoc cref="MinLength"/>
    public string? Pattern { get; init; }

    /// <inheritdoc cref="MinLength"/>
    public string? Format { get; init; }

    /// <summary>All it can be; empty when it is free.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Of a number.</summary>
    public decimal? Minimum { get; init; }

    /// <inheritdoc cref="Minimum"/>
    public decimal? Maximum { get; init; }

    /// <summary>The largest number where the configuration says it.</summary>
    public Func<IServiceProvider, decimal>? MaximumFrom { get; init; }

    public OpenApiParameter ToOpenApi(IServiceProvider services)
    {
        var maximum = MaximumFrom?.Invoke(services) ?? Maximum;
        var written = new OpenApiParameter
        {
            Name = Name,
            In = In switch { "path" => ParameterLocation.Path, "query" => ParameterLocation.Query, _ => ParameterLocation.Header },
            Description = Description,
            Required = IsRequired || In == "path",
            Schema = new OpenApiSchema
            {
                Type = Type switch
                {
                    "integer" => JsonSchemaType.Integer,
                    "number" => JsonSchemaType.Number,
                    "boolean" => JsonSchemaType.Boolean,
                    _ => JsonSchemaType.String,
                },
                MinLength = MinLength,
                MaxLength = MaxLength ?? (Type == "string" && Values.Count == 0 ? LongestOf(services.GetRequiredService<EdgeOptions>()) : null),
                Pattern = Pattern,
                Format = Format,
                Minimum = Minimum?.ToString(CultureInfo.InvariantCulture),
                Maximum = maximum?.ToString(CultureInfo.InvariantCulture),
                Enum = Values.Count == 0 ? null : [.. Values.Select(static value => (JsonNode)value)],
            },
        };
        var example = Type == "string" ? JsonValue.Create(Example) : JsonNode.Parse(Example)!;
        if (IsRare)
        {
            // The page fills in the first: nothing.
            written.Examples = new Dictionary<string, IOpenApiExample>
            {
                ["none"] = new OpenApiExample { Summary = "left out", Value = "" },
                ["given"] = new OpenApiExample { Summary = "given", Value = example },
            };
        }
        else
        {
            written.Example = example;
        }

        return written;
    }

    // What no handler bounds, the server does.
    private int LongestOf(EdgeOptions edge) => In == "header" ? edge.MaxHeaderBytes : edge.MaxRequestLineBytes;
}
