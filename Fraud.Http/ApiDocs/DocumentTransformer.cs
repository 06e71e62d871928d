using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Fraud.Http.ApiDocs;

/// <summary>What the document says of the service as a whole, and the order of what is in it.</summary>
internal sealed class DocumentTransformer(SchemaTypes schemas) : IOpenApiDocumentTransformer
{
    private const string FirstTag = "Scoring";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Fraud detection",
            Version = typeof(DocumentTransformer).Assembly.GetName().Version?.ToString(3) ?? "0",
            Description =
                "Scores card payments in real time. Ask for scores at /predict; raw model calls follow the Open Inference "
                + "Protocol under /v2, the model registry MLflow's REST under /api/2.0/mlflow. Errors are problem details with a "
                + "traceId, under /v2 objects with \"error\", of the registry objects with \"error_code\" and \"message\".",
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The node that this document came from." }];
        // In the order in which the page shows them: what most come for first.
        document.Tags = document.Paths.Values
            .SelectMany(static path => path.Operations!.Values)
            .SelectMany(static operation => operation.Tags!)
            .Select(static tag => tag.Reference.Id!)
            .Distinct()
            .OrderBy(static tag => tag != FirstTag)
            .ThenBy(static tag => tag, StringComparer.Ordinal)
            .Select(static tag => new OpenApiTag { Name = tag })
            .ToHashSet();
        var ordered = new OpenApiPaths();
        foreach (var (path, operations) in document.Paths.OrderBy(static path => path.Key, StringComparer.Ordinal))
        {
            ordered.Add(path, operations);
        }

        document.Paths = ordered;
        document.AddComponent("ApiKey", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "X-API-Key",
            Description = "A key with the scope that the address needs.",
        });
        document.AddComponent("Bearer", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "A signed token, or a key, with the scope that the address needs.",
        });
        schemas.Complete(document);
        return Task.CompletedTask;
    }
}
