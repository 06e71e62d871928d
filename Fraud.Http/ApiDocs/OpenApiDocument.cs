using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.ApiDocs;

/// <summary>
/// The OpenAPI 3.0 document, built from what each endpoint says of itself. The nodes' own addresses are left out.
/// An endpoint that says nothing is listed all the same.
/// </summary>
internal sealed class OpenApiDocument
{
    private const string FirstTag = "Scoring";

    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    private readonly SchemaWriter _schemas = new();
    private readonly JsonObject _paths = [];
    private readonly JsonObject _responses = [];

    // In the order in which the page shows them: what most come for first.
    private readonly SortedSet<string> _tags = new(Comparer<string>.Create(static (one, other) =>
        (one != FirstTag, one).CompareTo((other != FirstTag, other))));

    private OpenApiDocument()
    {
    }

    public static byte[] Write(IEnumerable<Endpoint> endpoints)
    {
        var document = new OpenApiDocument();
        foreach (var endpoint in Public(endpoints).OrderBy(static endpoint => endpoint.RoutePattern.RawText, StringComparer.Ordinal))
        {
            document.Add(endpoint);
        }

        return JsonSerializer.SerializeToUtf8Bytes(document.Whole(), Json);
    }

    /// <summary>What the document tells of.</summary>
    public static IEnumerable<RouteEndpoint> Public(IEnumerable<Endpoint> endpoints) => endpoints
        .OfType<RouteEndpoint>()
        .Where(static endpoint => endpoint.Metadata.GetMetadata<AccessRule>()?.Access is not Access.Peer);

    public static IReadOnlyList<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"];

    private JsonObject Whole() => new()
    {
        ["openapi"] = "3.0.3",
        ["info"] = new JsonObject
        {
            ["title"] = "Fraud detection",
            ["version"] = typeof(OpenApiDocument).Assembly.GetName().Version?.ToString(3) ?? "0",
            ["description"] =
                "Scores card payments in real time. Ask for scores at /predict; raw model calls follow the Open Inference "
                + "Protocol under /v2, the model registry MLflow's REST under /api/2.0/mlflow. Errors are problem details with a "
                + "traceId, under /v2 objects with \"error\", of the registry objects with \"error_code\" and \"message\".",
        },
        ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "The node that this document came from." }),
        ["tags"] = new JsonArray([.. _tags.Select(static tag => (JsonNode)new JsonObject { ["name"] = tag })]),
        ["paths"] = _paths,
        ["components"] = new JsonObject
        {
            ["schemas"] = _schemas.Schemas,
            ["responses"] = _responses,
            ["securitySchemes"] = new JsonObject
            {
                ["ApiKey"] = new JsonObject
                {
                    ["type"] = "apiKey",
                    ["in"] = "header",
                    ["name"] = "X-API-Key",
                    ["description"] = "A key with the scope that the address needs.",
                },
                ["Bearer"] = new JsonObject
                {
                    ["type"] = "http",
                    ["scheme"] = "bearer",
                    ["bearerFormat"] = "JWT",
                    ["description"] = "A signed token with the scope that the address needs.",
                },
            },
        },
    };

    private void Add(RouteEndpoint endpoint)
    {
        var path = endpoint.RoutePattern.RawText!;
        if (_paths[path] is not JsonObject operations)
        {
            operations = [];
            _paths[path] = operations;
        }

        var access = endpoint.Metadata.GetMetadata<AccessRule>()?.Access ?? Access.Admin;
        foreach (var method in MethodsOf(endpoint))
        {
            var id = $"{method.ToLowerInvariant()}{path.Replace('{', '_').Replace('}', '_').Replace('/', '_')}";
            operations[method.ToLowerInvariant()] = endpoint.Metadata.GetMetadata<ApiDescription>() is { } description
                ? Operation(id, description, access)
                : new JsonObject { ["operationId"] = id, ["responses"] = new JsonObject { ["default"] = new JsonObject { ["description"] = "" } } };
        }
    }

    private JsonObject Operation(string id, ApiDescription description, Access access)
    {
        _tags.Add(description.Tag);
        var scope = access == Access.Open ? null : access.ScopeName();
        var operation = new JsonObject
        {
            ["operationId"] = id,
            ["tags"] = new JsonArray(description.Tag),
            ["summary"] = description.Summary,
            ["description"] = description.Detail + (scope is null ? "" : $" Needs the scope \"{scope}\"."),
            ["security"] = scope is null
                ? new JsonArray()
                : new JsonArray(new JsonObject { ["ApiKey"] = new JsonArray() }, new JsonObject { ["Bearer"] = new JsonArray() }),
        };
        if (description.Parameters.Count > 0)
        {
            operation["parameters"] = new JsonArray([.. description.Parameters.Select(Parameter)]);
        }

        if (description.Bodies.Count > 0)
        {
            operation["requestBody"] = Body(description);
        }

        operation["responses"] = Responses(description, access);
        return operation;
    }

    private static JsonObject Parameter(ApiParameter parameter)
    {
        var written = new JsonObject
        {
            ["name"] = parameter.Name,
            ["in"] = parameter.In,
            ["description"] = parameter.Description,
            ["required"] = parameter.In == "path",
            ["schema"] = new JsonObject { ["type"] = parameter.Type },
        };
        var example = parameter.Type == "string" ? parameter.Example : JsonNode.Parse(parameter.Example);
        if (parameter.IsRare)
        {
            // The page fills in the first: nothing.
            written["examples"] = new JsonObject
            {
                ["left out"] = new JsonObject { ["value"] = "" },
                [parameter.Example] = new JsonObject { ["value"] = example },
            };
        }
        else
        {
            written["example"] = example;
        }

        return written;
    }

    private JsonObject Body(ApiDescription description)
    {
        var content = new JsonObject();
        foreach (var body in description.Bodies)
        {
            if (body.Shapes.Count == 0)
            {
                content[body.ContentType] = TextContent(body.Text);
                continue;
            }

            var examples = new JsonObject();
            foreach (var shape in body.Shapes)
            {
                examples[shape.Name] = new JsonObject { ["value"] = shape.Example };
            }

            var schemas = body.Shapes.Select(_schemas.Refer).ToArray();
            content[body.ContentType] = new JsonObject
            {
                ["schema"] = schemas.Length == 1 ? schemas[0] : new JsonObject { ["anyOf"] = new JsonArray([.. schemas]) },
                ["examples"] = examples,
            };
        }

        var told = string.Join(' ', description.Bodies.Select(static body => body.Description).Where(static text => text is not null));
        var written = new JsonObject { ["required"] = description.NeedsBody, ["content"] = content };
        if (told.Length > 0)
        {
            written["description"] = told;
        }

        return written;
    }

    private JsonObject Responses(ApiDescription description, Access access)
    {
        var responses = new JsonObject();
        foreach (var answers in description.Answers.GroupBy(static answer => answer.Status))
        {
            responses[Text(answers.Key)] = Response(answers.First().Description, answers);
        }

        int[] everywhere = access == Access.Open ? [500] : [401, 403, 429, 500];
        foreach (var status in description.Problems.Concat(everywhere).Distinct().Order())
        {
            // An answer of this status may be no problem here, as where a node says that it is not ready.
            responses.TryAdd(Text(status), Refusal(status, description.Problem));
        }

        return responses;
    }

    private JsonObject Refusal(int status, ApiAnswer problem)
    {
        var name = $"{problem.Shape!.Name}{Text(status)}";
        if (!_responses.ContainsKey(name))
        {
            _responses[name] = Response(ApiProblems.Text(status), [problem]);
        }

        return new JsonObject { ["$ref"] = "#/components/responses/" + name };
    }

    private JsonObject Response(string description, IEnumerable<ApiAnswer> answers)
    {
        var response = new JsonObject { ["description"] = description };
        var content = new JsonObject();
        foreach (var answer in answers.Where(static answer => answer.ContentType is not null))
        {
            content[answer.ContentType!] = answer.Shape is { } shape
                ? new JsonObject { ["schema"] = _schemas.Refer(shape), ["example"] = shape.Example }
                : TextContent(answer.Text);
        }

        if (content.Count > 0)
        {
            response["content"] = content;
        }

        return response;
    }

    private static JsonObject TextContent(string? example) => example is null
        ? new JsonObject { ["schema"] = new JsonObject { ["type"] = "string", ["format"] = "binary" } }
        : new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" }, ["example"] = example };

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
