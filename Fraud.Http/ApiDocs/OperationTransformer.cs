using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace Fraud.Http.ApiDocs;

/// <summary>Adds to an operation what its endpoint's <see cref="ApiDescription"/> says, and who may call it.</summary>
internal sealed class OperationTransformer(ExampleReader examples) : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<ApiDescription>().LastOrDefault() is not { } description)
        {
            return Task.CompletedTask;
        }

        var document = context.Document!;
        var access = ApiDescriptionExtensions.AccessOf(metadata);
        var scope = access == Access.Open ? null : access.ScopeName();
        operation.Tags = new HashSet<OpenApiTagReference> { new(description.Tag, document) };
        operation.Summary = description.Summary;
        operation.Description = description.Detail + (scope is null ? "" : $" Needs the scope \"{scope}\".");
        operation.Security = scope is null ? null : [Needs("ApiKey", document), Needs("Bearer", document)];
        operation.Parameters = description.Parameters.Count == 0
            ? null
            : [.. description.Parameters.Select(parameter => parameter.ToOpenApi(context.ApplicationServices))];
        operation.RequestBody = description.Bodies.Count == 0 ? null : Body(description, operation.RequestBody);
        operation.Responses ??= [];
        foreach (var answers in description.Answers.GroupBy(static answer => answer.Status))
        {
            Answer(operation.Responses, answers.Key, [.. answers], context);
        }

        foreach (var status in ApiDescriptionExtensions.RefusalsOf(description, access))
        {
            operation.Responses[Text(status)] = Refusal(status, operation.Responses, context);
        }

        return Task.CompletedTask;
    }

    private static OpenApiSecurityRequirement Needs(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };

    private OpenApiRequestBody Body(ApiDescription description, IOpenApiRequestBody? made)
    {
        var content = new Dictionary<string, OpenApiMediaType>();
        foreach (var body in description.Bodies)
        {
            if (body.Type is not null)
            {
                content[body.ContentType] = new OpenApiMediaType
                {
                    Schema = made!.Content!.Values.First().Schema,
                    Examples = examples.OfBody(body.Type).ToDictionary(
                        static one => one.Key, static one => (IOpenApiExample)new OpenApiExample { Value = one.Value?.DeepClone() }),
                };
            }
            else
            {
                content[body.ContentType] = TextContent(body.Text);
            }
        }

        var told = string.Join(' ', description.Bodies.Select(static body => body.Description).Where(static text => text is not null));
        return new OpenApiRequestBody { Required = description.NeedsBody, Content = content, Description = told.Length > 0 ? told : null };
    }

    private void Answer(OpenApiResponses responses, int status, IReadOnlyList<ApiAnswer> answers, OpenApiOperationTransformerContext context)
    {
        var made = responses.GetValueOrDefault(Text(status)) as OpenApiResponse ?? new OpenApiResponse();
        made.Description = answers[0].Description;
        var type = context.Description.SupportedResponseTypes.LastOrDefault(one => one.StatusCode == status)?.Type;
        if (type is not null && made.Content?.TryGetValue("application/json", out var json) == true && examples.Of(type) is { } example)
        {
            json.Example = example;
        }

        foreach (var answer in answers.Where(static answer => answer is { Type: null, ContentType: not null }))
        {
            made.Content ??= new Dictionary<string, OpenApiMediaType>();
            made.Content[answer.ContentType!] = TextContent(answer.Text);
        }

        responses[Text(status)] = made;
    }

    /// <summary>One for all operations that refuse so.</summary>
    private OpenApiResponseReference Refusal(int status, OpenApiResponses made, OpenApiOperationTransformerContext context)
    {
        var dialect = ProblemDialects.Of("/" + context.Description.RelativePath);
        var name = dialect + Text(status);
        context.Document!.AddComponent(name, new OpenApiResponse
        {
            Description = ApiProblems.Text(status),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [dialect.ContentType()] = new() { Schema = made[Text(status)].Content!.Values.First().Schema, Example = ExampleOf(dialect, status) },
            },
        });
        return new OpenApiResponseReference(name, context.Document);
    }

    private JsonNode? ExampleOf(ProblemDialect dialect, int status) => dialect is ProblemDialect.Problem && status != ProblemBody.Example.Status
        ? JsonSerializer.SerializeToNode(
            ProblemBody.Example with
            {
                Title = ReasonPhrases.GetReasonPhrase(status),
                Status = status,
                Detail = ApiProblems.Text(status),
                Field = null,
                Expected = null,
            },
            ProblemsJson.Default.ProblemBody)
        : examples.Of(dialect.Body());

    private static OpenApiMediaType TextContent(string? example) => new()
    {
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = example is null ? "binary" : null },
        Example = example is null ? null : JsonValue.Create(example),
    };

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
