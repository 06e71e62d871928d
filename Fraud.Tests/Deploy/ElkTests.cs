using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
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
    public void Filebeat_FieldsItReads_AreThoseOfALogLine()
    {
        // As JsonConsoleFormatter names them; LogFormatTests holds the service's lines against the same.
        string[] written = ["Timestamp", "EventId", "LogLevel", "Category", "Message", "Exception", "State", "Scopes"];
        var configuration = File.ReadAllText(Path.Combine(Folder, "filebeat.yml"));
        var read = Field().Matches(configuration).Select(static match => match.Groups[1].Value).Distinct().ToArray();

        Assert.NotEmpty(read);
        Assert.All(read, field => Assert.Contains(field, written));
        Assert.Contains("username: fraud_logs", configuration, StringComparison.Ordinal);
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

    [GeneratedRegex(@"fraud\.([A-Z]\w*)", RegexOptions.None, 1_000)]
    private static partial Regex Field();
}
