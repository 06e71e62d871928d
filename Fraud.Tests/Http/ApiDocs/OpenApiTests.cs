using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fraud.Http.ApiDocs;
using Fraud.Stream.Lifecycle;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.ApiDocs;

/// <summary>
/// The document against the addresses that are really mapped: a new one that is not described, a field without words or
/// example, or an example that the server does not take as described fails here, all named at once.
/// </summary>
public sealed class OpenApiTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. OpenApiDocument.Public(server.Services.GetRequiredService<EndpointDataSource>().Endpoints)];

    private IEnumerable<ApiDescription> Descriptions =>
        Endpoints.Select(static endpoint => endpoint.Metadata.GetMetadata<ApiDescription>()).OfType<ApiDescription>();

    [Fact]
    public async Task Document_EveryAddress_IsDescribed()
    {
        var paths = (await Document()).GetProperty("paths");

        var silent = Endpoints
            .Where(static endpoint => endpoint.Metadata.GetMetadata<ApiDescription>() is null)
            .Select(static endpoint => $"not described: {endpoint.RoutePattern.RawText}")
            .ToList();
        var missing = Endpoints
            .SelectMany(static endpoint => OpenApiDocument.MethodsOf(endpoint).Select(method => (Path: endpoint.RoutePattern.RawText!, method)))
            .Where(call => !paths.GetProperty(call.Path).TryGetProperty(call.method.ToLowerInvariant(), out _))
            .ToList();
        Assert.Empty(silent);
        Assert.Empty(missing);
        Assert.False(paths.TryGetProperty("/internal/score", out _));
    }

    [Fact]
    public async Task Document_EveryFieldAndParameter_HasDescriptionAndExample()
    {
        var document = await Document();
        var mistakes = new List<string>();
        foreach (var schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            CheckFields(schema.Value, schema.Name, mistakes);
        }

        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var name = $"{operation.Name} {path.Name}";
                CheckText(operation.Value, "summary", name, mistakes);
                CheckText(operation.Value, "description", name, mistakes);
                var parameters = operation.Value.TryGetProperty("parameters", out var list) ? list.EnumerateArray().ToList() : [];
                foreach (var parameter in parameters)
                {
                    CheckText(parameter, "description", $"{name} {parameter.GetProperty("name")}", mistakes);
                    CheckText(parameter, parameter.TryGetProperty("examples", out _) ? "examples" : "example", $"{name} {parameter.GetProperty("name")}", mistakes);
                }

                var told = parameters.Where(static one => one.GetProperty("in").GetString() == "path").Select(static one => one.GetProperty("name").GetString()!);
                var needed = path.Name.Split('{').Skip(1).Select(static part => part.Split('}', ':')[0]);
                mistakes.AddRange(needed.Except(told).Select(parameter => $"{name}: parameter {parameter} is not described"));
            }
        }

        Assert.Empty(mistakes);
    }

    [Fact]
    public void Shapes_DescribedFields_AreInTheirExamples()
    {
        var stale = Descriptions.SelectMany(static description => ShapesOf(description)).Distinct().SelectMany(static shape =>
        {
            var paths = PathsOf(shape.Example, "").ToHashSet(StringComparer.Ordinal);
            return shape.Where(field => !paths.Contains(field.Path)).Select(field => $"{shape.Name}: no {field.Path} in the example");
        }).ToList();

        Assert.Empty(stale);
    }

    [Fact]
    public async Task Examples_SentToTheServer_AreAnsweredAsDescribed()
    {
        await Poll.Until(() => server.Services.GetServices<IReadinessProbe>().All(static probe => probe.IsReady(out _)));
        var document = await Document();
        var schemas = new JsonSchema(document, isClosed: true);
        var mistakes = new List<string>();
        var sent = 0;
        foreach (var endpoint in Endpoints)
        {
            // Those that are not described at all are named above.
            if (endpoint.Metadata.GetMetadata<ApiDescription>() is not { } description)
            {
                continue;
            }

            foreach (var method in OpenApiDocument.MethodsOf(endpoint))
            {
                var path = endpoint.RoutePattern.RawText!;
                var operation = document.GetProperty("paths").GetProperty(path).GetProperty(method.ToLowerInvariant());
                var isFirst = true;
                foreach (var (type, body) in ExamplesOf(description))
                {
                    using var request = Request(new HttpMethod(method), path, description, type, body);
                    using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                    sent++;
                    var expected = isFirst ? description.ExampleStatus ?? description.Answers[0].Status : 0;
                    isFirst = false;
                    mistakes.AddRange((await Check(schemas, operation, description, response, expected))
                        .Select(mistake => $"{method} {path} with {body}: {mistake}"));
                }
            }
        }

        Assert.Empty(mistakes);
        Assert.InRange(sent, 20, 500);
    }

    [Fact]
    public async Task Document_Access_IsToldAsSecurity()
    {
        var paths = (await Document()).GetProperty("paths");

        Assert.Equal(0, paths.GetProperty("/health").GetProperty("get").GetProperty("security").GetArrayLength());
        var needed = paths.GetProperty("/predict").GetProperty("post").GetProperty("security").EnumerateArray()
            .SelectMany(static scheme => scheme.EnumerateObject().Select(static one => one.Name));
        Assert.Equal(["ApiKey", "Bearer"], needed);
        Assert.True(paths.GetProperty("/predict").GetProperty("post").GetProperty("responses").TryGetProperty("401", out _));
    }

    [Theory]
    [InlineData("/api/docs", "text/html", "swagger-ui-bundle.js")]
    [InlineData("/api/docs/swagger-ui-bundle.js", "text/javascript", "SwaggerUIBundle")]
    [InlineData("/api/docs/swagger-ui.css", "text/css", ".swagger-ui")]
    [InlineData("/api/docs/start.js", "text/javascript", "/openapi.json")]
    public async Task Page_EachFile_ComesFromTheServerAlone(string path, string type, string content)
    {
        using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.Contains(content, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_UnknownFile_IsNotFound()
    {
        using var response = await server.Client.GetAsync(new Uri("/api/docs/..%2fpage.html", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private async Task<JsonElement> Document() =>
        JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/openapi.json", UriKind.Relative))).RootElement;

    private static async Task<IReadOnlyList<string>> Check(
        JsonSchema schemas, JsonElement operation, ApiDescription description, HttpResponseMessage response, int expected)
    {
        var status = (int)response.StatusCode;
        if ((expected != 0 && status != expected) || status == 500)
        {
            return [$"answered {status}, expected {expected}: {await response.Content.ReadAsStringAsync()}"];
        }

        if (!operation.GetProperty("responses").TryGetProperty(status.ToString(System.Globalization.CultureInfo.InvariantCulture), out var told))
        {
            return [$"answered {status}, which is not described: {await response.Content.ReadAsStringAsync()}"];
        }

        told = told.TryGetProperty("$ref", out var pointer) ? schemas.Resolve(pointer.GetString()!) : told;
        if (!told.TryGetProperty("content", out var contents))
        {
            return [];
        }

        var type = response.Content.Headers.ContentType?.MediaType ?? "none";
        if (!contents.TryGetProperty(type, out var content))
        {
            return [$"answered {type}, which is not described"];
        }

        // Lines of JSON are no JSON.
        var isJson = type == "application/json" || type.EndsWith("+json", StringComparison.Ordinal);
        if (description.Answers.Any(static answer => answer.IsEndless) || !isJson)
        {
            return [];
        }

        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return schemas.Mistakes(content.GetProperty("schema"), body.RootElement);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, ApiDescription description, string? type, string? body)
    {
        var query = new List<string>();
        var headers = new List<(string, string)>();
        foreach (var parameter in description.Parameters.Where(static parameter => !parameter.IsRare))
        {
            switch (parameter.In)
            {
                case "path":
                    path = path.Replace($"{{{parameter.Name}}}", Uri.EscapeDataString(parameter.Example), StringComparison.Ordinal);
                    break;
                case "query":
                    query.Add($"{parameter.Name}={Uri.EscapeDataString(parameter.Example)}");
                    break;
                default:
                    headers.Add((parameter.Name, parameter.Example));
                    break;
            }
        }

        var address = query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
        var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, type!);
        }

        return request;
    }

    private static IEnumerable<(string? Type, string? Body)> ExamplesOf(ApiDescription description) => description.Bodies.Count == 0
        ? [(null, null)]
        : description.Bodies.SelectMany(static body => body.Text is { } text
            ? [(body.ContentType, text)]
            : body.Shapes.Select(shape => ((string?)body.ContentType, (string?)shape.ExampleText)));

    private static IEnumerable<ApiShape> ShapesOf(ApiDescription description) => description.Bodies
        .SelectMany(static body => body.Shapes)
        .Concat(description.Answers.Select(static answer => answer.Shape).OfType<ApiShape>())
        .Append(description.Problem.Shape!)
        .SelectMany(static shape => shape.Select(static field => field.Shape).OfType<ApiShape>().Append(shape));

    private static IEnumerable<string> PathsOf(JsonNode? example, string path) => example switch
    {
        JsonObject fields => fields.SelectMany(field =>
        {
            var named = path.Length == 0 ? field.Key : $"{path}.{field.Key}";
            var any = path.Length == 0 ? "*" : $"{path}.*";
            return PathsOf(field.Value, named).Concat(PathsOf(field.Value, any)).Append(named).Append(any);
        }),
        JsonArray items => items.SelectMany(item => PathsOf(item, path + "[]")).Append(path + "[]"),
        _ => [],
    };

    // A field that is described elsewhere, or has fields of its own, shows its example there.
    private static void CheckFields(JsonElement schema, string path, List<string> mistakes)
    {
        if (schema.TryGetProperty("items", out var items))
        {
            CheckFields(items, path + "[]", mistakes);
        }

        if (schema.TryGetProperty("additionalProperties", out var any) && any.ValueKind == JsonValueKind.Object)
        {
            CheckFields(any, path + ".*", mistakes);
        }

        if (!schema.TryGetProperty("properties", out var fields))
        {
            return;
        }

        foreach (var field in fields.EnumerateObject())
        {
            var at = $"{path}.{field.Name}";
            CheckText(field.Value, "description", at, mistakes);
            if (!field.Value.TryGetProperty("example", out _))
            {
                mistakes.Add($"{at}: has no example");
            }

            CheckFields(field.Value, at, mistakes);
        }
    }

    private static void CheckText(JsonElement of, string field, string path, List<string> mistakes)
    {
        if (!of.TryGetProperty(field, out var text) || text.ToString().Length == 0)
        {
            mistakes.Add($"{path}: has no {field}");
        }
    }
}
