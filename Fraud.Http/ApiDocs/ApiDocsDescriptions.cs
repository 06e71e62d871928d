using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Fraud.Http.ApiDocs;

/// <summary>What the document says of itself.</summary>
internal static class ApiDocsDescriptions
{
    public static ApiDescription Document { get; } = new("Documentation", "This document")
    {
        Detail = "The OpenAPI document of all public addresses of this node. GET /api/docs is a page to read and try it.",
        Answers = [ApiAnswer.Json<OpenApiDescription>("An OpenAPI 3.1 document.")],
    };
}

/// <summary>An OpenAPI document, as far as itself tells of it.</summary>
internal sealed record OpenApiDescription : IExample<OpenApiDescription>
{
    [Description("The version of OpenAPI that it follows."), RegularExpression(@"^3\.1\.\d+$")]
    public required string Openapi { get; init; }

    [Description("Title and version of the service.")]
    public required JsonObject Info { get; init; }

    [Description("Where the service is: the node that was asked."), Length(1, 1)]
    public required JsonArray Servers { get; init; }

    [Description("The features, in the order to show them."), Length(1, 100)]
    public required JsonArray Tags { get; init; }

    [Description("The addresses.")]
    public required JsonObject Paths { get; init; }

    [Description("What the addresses take and answer.")]
    public required JsonObject Components { get; init; }

    public static OpenApiDescription Example { get; } = new()
    {
        Openapi = "3.1.1",
        Info = [],
        Servers = [new JsonObject { ["url"] = "/" }],
        Tags = [new JsonObject { ["name"] = "Scoring" }],
        Paths = [],
        Components = [],
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OpenApiDescription))]
internal sealed partial class ApiDocsJson : JsonSerializerContext;
