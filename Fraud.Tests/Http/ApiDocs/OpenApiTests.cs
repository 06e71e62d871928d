using System.Net;
using System.Text;
using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Tests.Support;
using Json.Schema;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.ApiDocs;

/// <summary>
/// The document against the addresses that are really mapped: a new one that is not described, a field without words, bounds or
/// example, or an example that the server does not take as described fails here, all named at once.
/// </summary>
public sealed class OpenApiTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private IReadOnlyList<RouteEndpoint> Endpoints =>
    [
        .. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            // The page that shows the document.
            .Where(static endpoint => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null),
    ];

    [Fact]
    public async Task Document_AsWhole_IsValidOpenApi31()
    {
        var document = await Document();
        using var resource = typeof(OpenApiTests).Assembly.GetManifestResourceStream("Fraud.Tests.Http.ApiDocs.openapi-3.1.schema.json")!;
        using var reader = new StreamReader(resource);
        // The same pattern, for a library that loses its way at slashes in names.
        var schema = Json.Schema.JsonSchema.FromText((await reader.ReadToEndAsync()).Replace("\"^/\"", "\"^\\\\x2f\"", StringComparison.Ordinal));

        Assert.StartsWith("3.1.", document.Root.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Empty(ApiDocument.Errors(schema, document.Root));
        // The document's own schema leaves those within it to JSON Schema.
        Assert.All(
            document.Root.GetProperty("components").GetProperty("schemas").EnumerateObject(),
            static one => Assert.Empty(ApiDocument.Errors(MetaSchemas.Draft202012, one.Value)));
        Assert.All(Pointers(document.Root), pointer => Assert.True(IsThere(document, pointer), pointer));
    }

    [Fact]
    public async Task Document_EveryAddress_IsDescribed()
    {
        var paths = (await Document()).Paths;

        var silent = Endpoints
            .Where(static endpoint => endpoint.Metadata.GetMetadata<ApiDescription>() is null)
            .Select(static endpoint => $"not described: {endpoint.RoutePattern.RawText}")
            .ToList();
        var missing = Endpoints
            .SelectMany(static endpoint => MethodsOf(endpoint).Select(method => (Path: endpoint.RoutePattern.RawText!, method)))
            .Where(call => !paths.TryGetProperty(call.Path, out var path) || !path.TryGetProperty(call.method, out _))
            .ToList();
        Assert.Empty(silent);
        Assert.Empty(missing);
    }

    // Clients name their methods after it.
    [Fact]
    public async Task Document_EveryOperation_HasANameOfItsOwn()
    {
        var names = (await Document()).Operations.Select(static one => one.Operation.GetProperty("operationId").GetString()!).ToList();

        Assert.All(names, static name => Assert.Matches("^[a-z][A-Za-z]+$", name));
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public async Task Document_EveryFieldAndParameter_HasDescriptionAndExample()
    {
        var document = await Document();
        var mistakes = new List<string>();
        foreach (var schema in document.Root.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            CheckFields(schema.Value, schema.Name, mistakes);
        }

        foreach (var (path, method, operation) in document.Operations)
        {
            var name = $"{method} {path}";
            CheckText(operation, "summary", name, mistakes);
            CheckText(operation, "description", name, mistakes);
            mistakes.AddRange(operation.GetProperty("tags").GetArrayLength() == 1 ? [] : [$"{name}: expected one tag"]);
            mistakes.AddRange(operation.GetProperty("responses").EnumerateObject()
                .Where(answer => document.Answer(operation, int.Parse(answer.Name, System.Globalization.CultureInfo.InvariantCulture))!.Value.GetProperty("description").GetString()!.Length == 0)
                .Select(answer => $"{name}: {answer.Name} says nothing"));
            var parameters = ParametersOf(operation);
            foreach (var parameter in parameters)
            {
                CheckText(parameter, "description", $"{name} {parameter.GetProperty("name")}", mistakes);
                CheckText(parameter, parameter.TryGetProperty("examples", out _) ? "examples" : "example", $"{name} {parameter.GetProperty("name")}", mistakes);
            }

            var told = parameters.Where(static one => one.GetProperty("in").GetString() == "path").Select(static one => one.GetProperty("name").GetString()!);
            var needed = path.Split('{').Skip(1).Select(static part => part.Split('}', ':')[0]);
            mistakes.AddRange(needed.Except(told).Select(parameter => $"{name}: parameter {parameter} is not described"));
        }

        Assert.Empty(mistakes);
    }

    [Fact]
    public async Task Document_EveryFieldAndParameter_HasBounds()
    {
        var document = await Document();
        var mistakes = new List<string>();
        foreach (var schema in document.Root.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            CheckBounds(schema.Value, schema.Name, mistakes);
        }

        foreach (var (path, method, operation) in document.Operations)
        {
            foreach (var parameter in ParametersOf(operation))
            {
                CheckBounds(parameter.GetProperty("schema"), $"{method} {path} {parameter.GetProperty("name")}", mistakes);
            }
        }

        Assert.True(mistakes.Count == 0, string.Join('\n', mistakes));
    }

    [Fact]
    public async Task Examples_SentToTheServer_AreAnsweredAsDescribed()
    {
        await server.UntilReady();
        var document = await Document();
        var mistakes = new List<string>();
        var sent = 0;
        foreach (var endpoint in Endpoints)
        {
            // Those that are not described at all are named above.
            if (endpoint.Metadata.GetMetadata<ApiDescription>() is not { } description)
            {
                continue;
            }

            foreach (var method in MethodsOf(endpoint))
            {
                var path = endpoint.RoutePattern.RawText!;
                var operation = document.Paths.GetProperty(path).GetProperty(method);
                var isFirst = true;
                foreach (var (type, body) in ExamplesOf(operation))
                {
                    using var request = Request(new HttpMethod(method.ToUpperInvariant()), path, operation, type, body);
                    using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                    sent++;
                    var expected = isFirst ? description.ExampleStatus ?? description.Answers[0].Status : 0;
                    isFirst = false;
                    mistakes.AddRange((await Check(document, operation, response, expected)).Select(mistake => $"{method} {path} with {body}: {mistake}"));
                }
            }
        }

        Assert.Empty(mistakes);
        Assert.InRange(sent, 20, 500);
    }

    [Fact]
    public async Task Examples_OfBodies_FitTheirSchemas()
    {
        var document = await Document();
        var mistakes = new List<string>();
        foreach (var (path, method, operation) in document.Operations)
        {
            var contents = (operation.TryGetProperty("requestBody", out var body) ? body.GetProperty("content").EnumerateObject().ToList() : [])
                .Concat(operation.GetProperty("responses").EnumerateObject()
                    .Select(answer => document.Answer(operation, int.Parse(answer.Name, System.Globalization.CultureInfo.InvariantCulture))!.Value)
                    .Where(static answer => answer.TryGetProperty("content", out _))
                    .SelectMany(static answer => answer.GetProperty("content").EnumerateObject()));
            foreach (var content in contents.Where(static one => one.Value.TryGetProperty("schema", out _)))
            {
                mistakes.AddRange(ExamplesIn(content.Value)
                    .SelectMany(example => document.Mistakes(content.Value.GetProperty("schema"), example))
                    .Select(mistake => $"{method} {path} {content.Name}: {mistake}"));
            }
        }

        Assert.Empty(mistakes.Distinct());
    }

    [Fact]
    public async Task Document_FirstAskedForByManyAtOnce_IsTheSameForAll()
    {
        var fresh = new ServerFixture();
        await fresh.InitializeAsync();
        try
        {
            var documents = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fresh.Client.GetStringAsync(new Uri("/openapi.json", UriKind.Relative))));

            Assert.Single(documents.Distinct());
        }
        finally
        {
            await fresh.DisposeAsync();
        }
    }

    [Fact]
    public async Task Document_Access_IsToldAsSecurity()
    {
        var paths = (await Document()).Paths;

        Assert.False(paths.GetProperty("/health").GetProperty("get").TryGetProperty("security", out _));
        var needed = paths.GetProperty("/predict").GetProperty("post").GetProperty("security").EnumerateArray()
            .SelectMany(static scheme => scheme.EnumerateObject().Select(static one => one.Name));
        Assert.Equal(["ApiKey", "Bearer"], needed);
        Assert.True(paths.GetProperty("/predict").GetProperty("post").GetProperty("responses").TryGetProperty("401", out _));
    }

    [Fact]
    public async Task Page_AsServed_AsksNothingOfOthers()
    {
        using var response = await server.Client.GetAsync(new Uri("/api/docs", UriKind.Relative));
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.Contains("openapi.json", page, StringComparison.Ordinal);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        var nonce = policy.Split("'nonce-")[1].Split('\'')[0];
        Assert.All(page.Split("<script").Skip(1), script => Assert.Contains($"nonce=\"{nonce}\"", script, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/docs/scalar.js")]
    [InlineData("/api/docs/scalar.aspnetcore.js")]
    public async Task Page_EachScript_ComesFromTheServer(string path)
    {
        using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.EndsWith("javascript", response.Content.Headers.ContentType!.MediaType, StringComparison.Ordinal);
        Assert.True(response.Headers.Contains("X-Content-Type-Options"));
    }

    private Task<ApiDocument> Document() => ApiDocument.Of(server.Client);

    private static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(static method => method.ToLowerInvariant());

    private static List<JsonElement> ParametersOf(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var list) ? [.. list.EnumerateArray()] : [];

    private static IEnumerable<string> Pointers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static field =>
            field is { Name: "$ref", Value.ValueKind: JsonValueKind.String } ? [field.Value.GetString()!] : Pointers(field.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Pointers),
        _ => [],
    };

    private static bool IsThere(ApiDocument document, string pointer)
    {
        try
        {
            return document.Resolve(pointer).ValueKind == JsonValueKind.Object;
        }
        catch (KeyNotFoundException)
        {
            return false;
        }
    }

    private static async Task<IReadOnlyList<string>> Check(ApiDocument document, JsonElement operation, HttpResponseMessage response, int expected)
    {
        var status = (int)response.StatusCode;
        if ((expected != 0 && status != expected) || status == 500)
        {
            return [$"answered {status}, expected {expected}: {await response.Content.ReadAsStringAsync()}"];
        }

        if (document.Answer(operation, status) is not { } told)
        {
            return [$"answered {status}, which is not described: {await response.Content.ReadAsStringAsync()}"];
        }

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
        if (type != "application/json" && !type.EndsWith("+json", StringComparison.Ordinal))
        {
            return [];
        }

        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.Mistakes(content.GetProperty("schema"), body.RootElement);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, JsonElement operation, string? type, string? body)
    {
        var query = new List<string>();
        var headers = new List<(string, string)>();
        // A case of its own has several examples; the first request leaves it out.
        foreach (var parameter in ParametersOf(operation).Where(static one => one.TryGetProperty("example", out _)))
        {
            var name = parameter.GetProperty("name").GetString()!;
            var example = parameter.GetProperty("example").ToString();
            switch (parameter.GetProperty("in").GetString())
            {
                case "path":
                    path = path.Replace($"{{{name}}}", Uri.EscapeDataString(example), StringComparison.Ordinal);
                    break;
                case "query":
                    query.Add($"{name}={Uri.EscapeDataString(example == "True" ? "true" : example)}");
                    break;
                default:
                    headers.Add((name, example));
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

    private static IEnumerable<JsonElement> ExamplesIn(JsonElement content) =>
        content.TryGetProperty("examples", out var examples) ? examples.EnumerateObject().Select(static one => one.Value.GetProperty("value"))
        : content.TryGetProperty("example", out var example) ? [example]
        : [];

    private static IEnumerable<(string? Type, string? Body)> ExamplesOf(JsonElement operation) => !operation.TryGetProperty("requestBody", out var body)
        ? [(null, null)]
        : body.GetProperty("content").EnumerateObject().SelectMany(static content => ExamplesIn(content.Value).Select(example =>
            ((string?)content.Name, example.ValueKind == JsonValueKind.String ? example.GetString() : example.GetRawText())));

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
            if (!field.Value.TryGetProperty("examples", out _) && !field.Value.TryGetProperty("$ref", out _) && !field.Value.TryGetProperty("oneOf", out _))
            {
                mistakes.Add($"{at}: has no example");
            }

            CheckFields(field.Value, at, mistakes);
        }
    }

    // What refers to another schema is bounded there.
    private static void CheckBounds(JsonElement schema, string path, List<string> mistakes)
    {
        foreach (var form in new[] { "anyOf", "oneOf", "allOf" }
            .SelectMany(name => schema.TryGetProperty(name, out var list) ? list.EnumerateArray().ToList() : []))
        {
            CheckBounds(form, path, mistakes);
        }

        foreach (var field in schema.TryGetProperty("properties", out var fields) ? fields.EnumerateObject().ToList() : [])
        {
            CheckBounds(field.Value, $"{path}.{field.Name}", mistakes);
        }

        if (schema.TryGetProperty("items", out var items))
        {
            CheckBounds(items, path + "[]", mistakes);
        }

        if (schema.TryGetProperty("additionalProperties", out var values) && values.ValueKind == JsonValueKind.Object)
        {
            CheckBounds(values, path + ".*", mistakes);
        }

        if (schema.TryGetProperty("type", out var type))
        {
            mistakes.AddRange((type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(static one => one.GetString()) : [type.GetString()])
                .Where(one => !IsBound(schema, one!))
                .Select(one => $"{path}: no bound of a {one}"));
        }
    }

    private static bool IsBound(JsonElement schema, string type)
    {
        bool Has(string keyword) => schema.TryGetProperty(keyword, out _);
        return type switch
        {
            "string" => Has("maxLength") || Has("pattern") || Has("format") || Has("enum"),
            "integer" or "number" => Has("minimum"),
            "array" => Has("maxItems"),
            _ => true,
        };
    }

    private static void CheckText(JsonElement of, string field, string path, List<string> mistakes)
    {
        if (!of.TryGetProperty(field, out var text) || text.ToString().Length == 0)
        {
            mistakes.Add($"{path}: has no {field}");
        }
    }
}
