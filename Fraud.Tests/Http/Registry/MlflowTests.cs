using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fraud.Stream.Registry;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using Fraud.Tests.Model;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Registry;

/// <summary>The registry as a client of MLflow sees it.</summary>
public sealed class MlflowTests : IAsyncLifetime
{
    private const string Models = "/api/2.0/mlflow/registered-models";
    private const string Versions = "/api/2.0/mlflow/model-versions";
    private const string Artifacts = "/api/2.0/mlflow-artifacts/artifacts";

    private readonly ModelVersions _folder = new();
    private readonly TempFolder _imports = new();
    private readonly ServerFixture _server;

    public MlflowTests() => _server = new ServerFixture(new Dictionary<string, string?>
    {
        ["Scoring:Model"] = _folder.Folder,
        ["Scoring:ModelPollInterval"] = "00:00:00.100",
        ["Registry:ImportFolder"] = _imports.Path,
    });

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
        _imports.Dispose();
    }

    [Fact]
    public async Task GetVersion_Shipped_HasMlflowsFieldsAndTypes()
    {
        var version = (await Get($"{Versions}/get?name=payments&version=1")).GetProperty("model_version");

        Assert.Equal(
            ["name", "version", "creation_timestamp", "last_updated_timestamp", "user_id", "current_stage", "description", "source", "run_id", "run_link", "status", "tags", "aliases"],
            version.EnumerateObject().Select(static field => field.Name));
        Assert.Equal(("payments", "1", "None", "READY"), (Text(version, "name"), Text(version, "version"), Text(version, "current_stage"), Text(version, "status")));
        // Milliseconds as a number, as MLflow's server writes them.
        var age = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - version.GetProperty("creation_timestamp").GetInt64();
        Assert.InRange(age, 0, 600_000);
        Assert.Contains(version.GetProperty("tags").EnumerateArray(), static tag => Text(tag, "key") == "metric.average_precision");
        Assert.Equal("mlflow-artifacts:/models/payments/1", (await Get($"{Versions}/get-download-uri?name=payments&version=1")).GetProperty("artifact_uri").GetString());
    }

    [Fact]
    public async Task Transition_ByTheReferencesName_IsServedAndRolledBack()
    {
        await Import(2);
        await Promote("fraud-detection-model", "1");

        var promoted = await Promote("fraud-detection-model", "2");

        Assert.Equal(("fraud-detection-model", "Production"), (Text(promoted, "name"), Text(promoted, "current_stage")));
        Assert.Equal(["champion"], promoted.GetProperty("aliases").EnumerateArray().Select(static alias => alias.GetString()));
        await Serves("2");
        Assert.Equal("Archived", Text((await Get($"{Versions}/get?name=payments&version=1")).GetProperty("model_version"), "current_stage"));

        // The reference rolls back by a transition, too.
        await Promote("fraud-detection-model", "1");
        await Serves("1");
        var audit = await Get("/api/v1/audit?limit=10");
        Assert.Equal(3, audit.GetProperty("data").EnumerateArray().Count(static entry => Text(entry, "action") == "model promoted"));
    }

    [Fact]
    public async Task Lists_OfSeveralVersions_FilterAndPage()
    {
        for (var version = 2; version <= 4; version++)
        {
            await Import(version);
        }

        await Promote("payments", "3");
        var model = Assert.Single((await Get($"{Models}/list")).GetProperty("registered_models").EnumerateArray());
        Assert.Equal(["4", "3"], model.GetProperty("latest_versions").EnumerateArray().Select(static version => Text(version, "version")));
        Assert.Equal("3", Text(Assert.Single(model.GetProperty("aliases").EnumerateArray()), "version"));

        var seen = new List<string>();
        var token = "";
        do
        {
            var page = await Get($"{Versions}/search?filter=name%3D%27fraud-detection-model%27&max_results=3{token}");
            seen.AddRange(page.GetProperty("model_versions").EnumerateArray().Select(static version => Text(version, "version")));
            token = page.TryGetProperty("next_page_token", out var next) ? $"&page_token={next.GetString()}" : "";
        }
        while (token.Length > 0);

        Assert.Equal(["4", "3", "2", "1"], seen);
        // As MLflow's clients ask, and what they ask of a registry with prompts in it.
        const string noPrompts = "tag.%60mlflow.prompt.is_prompt%60%20!%3D%20%27true%27";
        Assert.Single((await Get($"{Models}/search?filter={noPrompts}&max_results=100")).GetProperty("registered_models").EnumerateArray());
        Assert.Empty((await Get($"{Models}/search?filter=tag.%60mlflow.prompt.is_prompt%60%20%3D%20%27true%27")).GetProperty("registered_models").EnumerateArray());
        var upwards = await Get($"{Versions}/search?filter=version_number%20%3C%203&order_by=version_number%20ASC");
        Assert.Equal(["1", "2"], upwards.GetProperty("model_versions").EnumerateArray().Select(static version => Text(version, "version")));
        await Refused($"{Models}/search?order_by=stage", 400, "INVALID_PARAMETER_VALUE");
        Assert.Empty((await Get($"{Models}/search?filter=name%20LIKE%20%27card%25%27")).GetProperty("registered_models").EnumerateArray());
        Assert.Single((await Get($"{Models}/search?filter=name%20ILIKE%20%27PAY%25%27")).GetProperty("registered_models").EnumerateArray());
        var latest = await Post($"{Models}/get-latest-versions", """{"name":"payments","stages":["production"]}""");
        Assert.Equal("3", Text(Assert.Single(latest.GetProperty("model_versions").EnumerateArray()), "version"));
    }

    [Fact]
    public async Task Aliases_SetReadAndDeleted_AreTheModels()
    {
        await Post($"{Models}/alias", """{"name":"payments","alias":"challenger","version":1}""");
        Assert.Equal("1", Text((await Get($"{Models}/alias?name=payments&alias=challenger")).GetProperty("model_version"), "version"));

        using var gone = new HttpRequestMessage(HttpMethod.Delete, new Uri($"{Models}/alias", UriKind.Relative))
        {
            Content = new StringContent("""{"name":"payments","alias":"challenger"}""", Encoding.UTF8, "application/json"),
        };
        (await _server.Client.SendAsync(gone)).EnsureSuccessStatusCode();
        await Refused($"{Models}/alias?name=payments&alias=challenger", 404, "RESOURCE_DOES_NOT_EXIST");

        await Post($"{Models}/alias", """{"name":"payments","alias":"champion","version":"1"}""");
        Assert.Equal("Production", Text((await Get($"{Versions}/get?name=payments&version=1")).GetProperty("model_version"), "current_stage"));
    }

    [Fact]
    public async Task Artifacts_ListedAndLoaded_AreTheRegisteredFiles()
    {
        var files = (await Get($"{Artifacts}?path=models/payments/1")).GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(["manifest.json", "model.onnx"], files.Select(static file => Text(file, "path")));

        foreach (var address in (string[])[$"{Artifacts}/models/payments/1/model.onnx", "/model-versions/get-artifact?name=payments&version=1&path=model.onnx"])
        {
            using var response = await _server.Client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(ModelFolder.Shipped, "model.onnx")), await response.Content.ReadAsByteArrayAsync());
        }

        await Refused($"{Artifacts}/models/payments/1/other", 404, "RESOURCE_DOES_NOT_EXIST");
        await Refused($"{Artifacts}?path=../../etc/passwd", 400, "INVALID_PARAMETER_VALUE");
    }

    [Theory]
    [InlineData("GET", Versions + "/get?name=payments&version=99", null, 404, "RESOURCE_DOES_NOT_EXIST")]
    [InlineData("GET", Models + "/get?name=nobody", null, 404, "RESOURCE_DOES_NOT_EXIST")]
    [InlineData("GET", Models + "/get", null, 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("GET", Models + "/nothing", null, 404, "ENDPOINT_NOT_FOUND")]
    [InlineData("GET", Versions + "/search?filter=stage%3D%27x%27", null, 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("GET", Versions + "/search?max_results=0", null, 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("GET", Versions + "/search?page_token=%2F%2F", null, 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("POST", Models + "/create", """{"name":"payments"}""", 400, "RESOURCE_ALREADY_EXISTS")]
    [InlineData("POST", Models + "/create", """{"name":"a/b"}""", 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("POST", Versions + "/transition-stage", """{"name":"payments","version":"1","stage":"2"}""", 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("POST", Versions + "/transition-stage", """{"name":"payments","version":"1","stage":""", 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("POST", Versions + "/transition-stage", """{"name":"payments","version":"1","stage":"Staging,Production"}""", 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("POST", Versions + "/transition-stage", """["payments"]""", 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("POST", Versions + "/transition-stage", """{"name":{},"version":"1","stage":"None"}""", 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("POST", Versions + "/create", """{"name":"payments","source":"/etc"}""", 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("POST", Versions + "/create", """{"name":"payments","source":"../payments/1"}""", 400, "INVALID_PARAMETER_VALUE")]
    public async Task Call_Wrong_IsAnsweredInMlflowsShape(string method, string address, string? body, int status, string code) =>
        await Refused(address, status, code, method, body);

    [Fact]
    public async Task Post_BodyTooLargeOrFromAnotherSite_IsRefused()
    {
        await Refused($"{Versions}/transition-stage", 413, "INVALID_PARAMETER_VALUE", "POST", $$"""{"name":"{{new string('x', 70_000)}}"}""");

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{Versions}/transition-stage", UriKind.Relative))
        {
            Content = new StringContent("""{"name":"payments","version":"1","stage":"Production"}""", Encoding.UTF8, "text/plain"),
        };
        request.Headers.Add("Origin", "https://evil.example");
        using var response = await _server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Transition_VersionThatFailsItsProbe_IsRefusedAndNothingIsServedAnew()
    {
        await Import(2);
        var store = _server.Services.GetRequiredService<IFraudStore>();
        var manifest = new ModelQueries(store.Database).Files("payments", "2").Single(static file => file.Name == "manifest.json");
        using (var connection = new SqliteConnection(_server.Services.GetRequiredService<StorageOptions>()))
        {
            connection.Execute($"UPDATE model_files SET content = x'00' WHERE sha256 = '{manifest.Sha256}'");
        }

        await Refused($"{Versions}/transition-stage", 400, "INVALID_PARAMETER_VALUE", "POST", """{"name":"payments","version":"2","stage":"Production"}""");

        Assert.Equal("None", Text((await Get($"{Versions}/get?name=payments&version=2")).GetProperty("model_version"), "current_stage"));
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    /// <summary>Registers the shipped model under another number, as a client of MLflow would.</summary>
    private async Task Import(int version)
    {
        var folder = Directory.CreateDirectory(_imports.File($"payments/{version}")).FullName;
        ModelFolder.CopyShipped(folder);
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "manifest.json")))!;
        manifest["version"] = $"{version}";
        await File.WriteAllTextAsync(Path.Combine(folder, "manifest.json"), manifest.ToJsonString());
        var made = await Post($"{Versions}/create", $$"""{"name":"fraud-detection-model","source":"payments/{{version}}"}""");
        Assert.Equal($"{version}", Text(made.GetProperty("model_version"), "version"));
    }

    private async Task<JsonElement> Promote(string name, string version) =>
        (await Post($"{Versions}/transition-stage", $$"""{"name":"{{name}}","version":"{{version}}","stage":"Production"}""")).GetProperty("model_version");

    private Task Serves(string version)
    {
        var models = _server.Services.GetRequiredService<ModelHolder>();
        return Poll.Until(() => models.Current.ScoredBy.Version == version);
    }

    private async Task<JsonElement> Get(string address)
    {
        using var response = await _server.Client.GetAsync(new Uri(address, UriKind.Relative));
        return await Json(response);
    }

    private async Task<JsonElement> Post(string address, string body)
    {
        using var response = await _server.Post(address, body);
        return await Json(response);
    }

    private static async Task<JsonElement> Json(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task Refused(string address, int status, string code, string method = "GET", string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await _server.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == (HttpStatusCode)status, $"{(int)response.StatusCode} {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        var error = JsonDocument.Parse(text).RootElement;
        Assert.Equal(["error_code", "message"], error.EnumerateObject().Select(static field => field.Name));
        Assert.Equal(code, Text(error, "error_code"));
    }
}
