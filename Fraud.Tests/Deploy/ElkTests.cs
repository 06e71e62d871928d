using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fraud.Faults.Processes;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Deploy;

/// <summary>
/// The optional log store, as far as it can be looked at without its images: the composition, what its set-up script says
/// to Elasticsearch, and whether Filebeat's configuration speaks of what the service writes.
/// </summary>
public sealed partial class ElkTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "elk");

    [Fact]
    public async Task Users_OnAnEmptyElasticsearch_SetsPasswordRoleAndWriter()
    {
        var told = new ConcurrentQueue<(string Call, string By, JsonElement Body)>();
        await using var elasticsearch = await StandIn(told);

        var (exit, output) = await Users(elasticsearch, "writes-logs.1");

        Assert.True(exit == 0, output);
        Assert.DoesNotContain("writes-logs.1", output, StringComparison.Ordinal);
        Assert.Equal(
            ["POST /_security/user/kibana_system/_password", "PUT /_security/role/fraud_logs", "PUT /_security/user/fraud_logs"],
            told.Select(static call => call.Call));
        Assert.All(told, static call => Assert.Equal("elastic:all-of-it", call.By));
        Assert.Equal("fraud_logs", told.Last().Body.GetProperty("roles")[0].GetString());
        Assert.Equal("writes-logs.1", told.Last().Body.GetProperty("password").GetString());
    }

    [Fact]
    public async Task Users_WithAPasswordThatIsNoWord_IsRefusedBeforeAnythingIsSaid()
    {
        var told = new ConcurrentQueue<(string Call, string By, JsonElement Body)>();
        await using var elasticsearch = await StandIn(told);

        var (exit, output) = await Users(elasticsearch, "quote\"brace}");

        Assert.Equal(2, exit);
        Assert.Contains("FILEBEAT_PASSWORD: expected letters", output, StringComparison.Ordinal);
        Assert.Empty(told);
    }

    [Fact]
    public async Task Filebeat_FieldsThatItReads_AreInTheServicesLines()
    {
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        using var folder = new TempFolder();
        string[] settings =
        [
            "Logging:Console:FormatterName=json", "Logging:LogLevel:Microsoft.AspNetCore.Hosting=Information",
            // Says where it listens.
            "Logging:LogLevel:Microsoft.Hosting.Lifetime=Information", "Http:Urls=http://127.0.0.1:0",
            $"Storage:SqliteFile={folder.File("fraud.db")}", $"Scoring:Model={Path.Combine(Repository.Root, "models", "payments")}",
        ];
        using var service = new OwnedProcess(
            folder.File("log"), folder.Path, "dotnet",
            [Deployment.FraudProgram, "serve", "--no-feed", "--no-welcome", .. settings.SelectMany(static setting => new[] { "--set", setting })]);

        JsonElement[] lines = [];
        using var client = new HttpClient();
        await Poll.Until(async () =>
        {
            lines = [.. File.ReadAllLines(service.Log).Where(static line => line.EndsWith('}')).Select(static line => JsonDocument.Parse(line).RootElement)];
            if (Listening().Match(string.Join('\n', lines)) is { Success: true } listening)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, listening.Groups[1].Value + "/health/live");
                request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
                using var answer = await client.SendAsync(request);
            }

            return lines.Any(IsOf);
        });

        var configuration = await File.ReadAllTextAsync(Path.Combine(Folder, "filebeat.yml"));
        var read = Field().Matches(configuration).Select(static match => match.Groups[1].Value).Distinct().Except(["Exception"]).ToArray();
        Assert.Superset(new HashSet<string>(["Timestamp", "Message", "LogLevel", "Category", "Scopes"], StringComparer.Ordinal), read.ToHashSet(StringComparer.Ordinal));
        Assert.All(read, field => Assert.True(lines.First(IsOf).TryGetProperty(field, out _), $"no {field}"));
        // The layout of the configuration, which is Go's: 2006-01-02T15:04:05.000Z.
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", lines[0].GetProperty("Timestamp").GetString()!);

        static bool IsOf(JsonElement line) =>
            line.TryGetProperty("Scopes", out var scopes)
            && scopes.EnumerateArray().Any(static scope => scope.ValueKind == JsonValueKind.Object && scope.TryGetProperty("TraceId", out var id) && id.GetString() == trace);
    }

    [Fact]
    public void Lifecycle_KeepsADayAFileAndThirtyDays()
    {
        var phases = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "lifecycle.json"))).RootElement.GetProperty("policy").GetProperty("phases");

        Assert.Equal("1d", phases.GetProperty("hot").GetProperty("actions").GetProperty("rollover").GetProperty("max_age").GetString());
        Assert.Equal("30d", phases.GetProperty("delete").GetProperty("min_age").GetString());
    }

    private static Task<(int Exit, string Output)> Users(WebApplication elasticsearch, string filebeat) => DeployTool.Run(
        "deploy/elk/users.sh",
        new Dictionary<string, string?>
        {
            ["ELASTIC_URL"] = elasticsearch.Urls.First(),
            ["ELASTIC_PASSWORD"] = "all-of-it",
            ["KIBANA_PASSWORD"] = "shows-logs",
            ["FILEBEAT_PASSWORD"] = filebeat,
        });

    private static async Task<WebApplication> StandIn(ConcurrentQueue<(string Call, string By, JsonElement Body)> told)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            var by = context.Request.Headers.Authorization.ToString().Replace("Basic ", "", StringComparison.Ordinal);
            var body = await JsonDocument.ParseAsync(context.Request.Body);
            told.Enqueue(($"{context.Request.Method} {context.Request.Path}", Encoding.UTF8.GetString(Convert.FromBase64String(by)), body.RootElement));
            await context.Response.WriteAsync("{}");
        });
        await app.StartAsync();
        return app;
    }

    [GeneratedRegex(@"Now listening on: (http://127\.0\.0\.1:\d+)", RegexOptions.None, 1_000)]
    private static partial Regex Listening();

    [GeneratedRegex(@"fraud\.([A-Z]\w*)", RegexOptions.None, 1_000)]
    private static partial Regex Field();
}
