using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fraud.Http.Problems;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Fraud.Http.ApiDocs;

/// <summary>Registers the OpenAPI document and its page, and how the types of the API are written.</summary>
internal static class ApiDocsExtensions
{
    /// <summary>The one document that there is, as the framework calls it.</summary>
    public const string DocumentName = "v1";

    public static IServiceCollection AddApiDocs(this IServiceCollection services)
    {
        services.Configure<JsonOptions>(static options => Set(options.SerializerOptions));
        services.AddJson(ProblemsJson.Default).AddJson(ApiDocsJson.Default);
        services.AddSingleton<ExampleReader>();
        services.AddSingleton<SchemaTypes>();
        services.AddSingleton<OperationTransformer>();
        services.AddSingleton<DocumentTransformer>();
        services.AddOpenApi(DocumentName, static options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            // What a converter writes has no fields to show.
            options.CreateSchemaReferenceId = static type =>
                type.Kind == JsonTypeInfoKind.None && !type.Type.IsEnum ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
            // The nodes' own addresses are not described.
            options.ShouldInclude = static description => description.ActionDescriptor.EndpointMetadata.OfType<ApiDescription>().Any();
        });
        services.AddOptions<OpenApiOptions>(DocumentName).Configure<SchemaTypes, OperationTransformer, DocumentTransformer>(
            static (options, schemas, operations, document) =>
                options.AddSchemaTransformer(schemas).AddOperationTransformer(operations).AddDocumentTransformer(document));
        services.AddSingleton<IEndpoints, ApiDocsEndpoints>();
        return services;
    }

    /// <summary>Types of a feature, which are written and read by generated code.</summary>
    public static IServiceCollection AddJson(this IServiceCollection services, IJsonTypeInfoResolver types) =>
        services.Configure<JsonOptions>(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, types));

    /// <summary>As the service has always written JSON: one name for each field, numbers as numbers, texts as they are.</summary>
    private static void Set(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.PropertyNameCaseInsensitive = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        json.AllowDuplicateProperties = false;
        json.RespectNullableAnnotations = true;
    }
}
