using System.Globalization;
using System.Text.Json.Nodes;
using Fraud.Faults.Processes;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Deploy;

/// <summary>deploy/alertmanager/alertmanager.yml in a real Alertmanager, with stand-ins where Slack and PagerDuty would be.</summary>
public sealed class AlertmanagerTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly List<(string Path, JsonObject Body)> _received = [];
    private readonly HttpClient _client = new();
    private WebApplication? _receivers;
    private OwnedProcess? _alertmanager;
    private string _url = "";

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _receivers = builder.Build();
        _receivers.Run(Receive);
        await _receivers.StartAsync();
        var receivers = _receivers.Urls.First();

        // Written as people are told to: a line each.
        await File.WriteAllTextAsync(_folder.File("slack_url"), receivers + "/services/T0/B0/secret\n");
        await File.WriteAllTextAsync(_folder.File("pagerduty_key"), "0123456789abcdef0123456789abcdef\n");
        var config = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "alertmanager", "alertmanager.yml"));
        foreach (var (text, becomes) in new[] { ("/etc/alertmanager/secrets/", _folder.Path + "/"), ("group_wait: 20s", "group_wait: 1s"), ("group_interval: 5m", "group_interval: 1s") })
        {
            Assert.Contains(text, config, StringComparison.Ordinal);
            config = config.Replace(text, becomes, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(_folder.File("alertmanager.yml"), $"global: {{pagerduty_url: \"{receivers}/v2/enqueue\"}}\n" + config);
        var port = NginxServer.FreePort();
        _url = $"http://127.0.0.1:{port}";
        _alertmanager = new OwnedProcess(
            _folder.File("log"), _folder.Path, DeployTool.Find("prometheus-alertmanager"), "--config.file=alertmanager.yml", "--storage.path=data",
            $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=");
        await Poll.Until(async () =>
        {
            Assert.False(_alertmanager.HasEnded, _alertmanager.ReadLog());
            try
            {
                return (await _client.GetAsync(new Uri(_url + "/-/ready"))).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
                return false;
            }
        });
    }

    public async Task DisposeAsync()
    {
        _alertmanager?.Dispose();
        await _receivers!.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task TryAlarms_OfTheRunbook_ReachesThePagerAndTheChannelAndIsTakenBack()
    {
        var script = Path.Combine(Repository.Root, "deploy", "monitoring", "try-alarms.sh");

        // Long enough to be sent before it ends, on a machine that is busy with other tests.
        var (exit, output) = await DeployTool.Run("bash", new Dictionary<string, string?> { ["TRY_ALARMS_SECONDS"] = "8" }, script, _url);

        Assert.True(exit == 0, output);
        var pager = await Received("/v2/enqueue", static body => (string?)body["event_action"] == "trigger");
        Assert.Equal("0123456789abcdef0123456789abcdef", (string?)pager["routing_key"]);
        Assert.Equal("critical", (string?)pager["payload"]!["severity"]);
        Assert.Equal("ContactPointTest: A test: nothing is wrong", (string?)pager["payload"]!["summary"]);
        var channel = await Received("/services/T0/B0/secret", static body => Title(body).StartsWith("FIRING", StringComparison.Ordinal));
        Assert.Equal("#fraud-alerts", (string?)channel["channel"]);
        Assert.Equal("FIRING critical: ContactPointTest", Title(channel));
        Assert.Contains("docs/runbook.md#do-alarms-get-through", (string?)channel["attachments"]![0]!["text"], StringComparison.Ordinal);
        // Both are told of the end.
        await Received("/v2/enqueue", static body => (string?)body["event_action"] == "resolve");
        await Received("/services/T0/B0/secret", static body => Title(body).StartsWith("RESOLVED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Warning_GoesToTheChannelAndWakesNoOne()
    {
        await Raise("HighMemory", "warning");

        await Received("/services/T0/B0/secret", static body => Title(body).EndsWith("HighMemory", StringComparison.Ordinal));
        lock (_received)
        {
            Assert.DoesNotContain(_received, static one => one.Path == "/v2/enqueue");
        }
    }

    /// <summary>One cause, one call: with the service down its nodes' alarms are silent.</summary>
    [Fact]
    public async Task Cause_WhileItLasts_SilencesWhatFollowsFromIt()
    {
        await Raise("APIServiceDown", "critical");
        await Received("/v2/enqueue", static body => ((string?)body["payload"]?["summary"])?.StartsWith("APIServiceDown", StringComparison.Ordinal) == true);
        await Raise("NodeDown", "warning");
        await Raise("DiskNearlyFull", "critical");

        await Received("/v2/enqueue", static body => ((string?)body["payload"]?["summary"])?.StartsWith("DiskNearlyFull", StringComparison.Ordinal) == true);
        var alerts = JsonNode.Parse(await _client.GetStringAsync(new Uri(_url + "/api/v2/alerts?filter=alertname=NodeDown")))!.AsArray();
        Assert.Equal("suppressed", (string?)Assert.Single(alerts)!["status"]!["state"]);
        lock (_received)
        {
            Assert.DoesNotContain(_received, static one => one.Body.ToJsonString().Contains("NodeDown", StringComparison.Ordinal));
        }
    }

    private static string Title(JsonObject body) => (string?)body["attachments"]?[0]?["title"] ?? "";

    private async Task Raise(string alert, string severity)
    {
        var starts = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        var body = new JsonArray(new JsonObject
        {
            ["labels"] = new JsonObject { ["alertname"] = alert, ["severity"] = severity },
            ["annotations"] = new JsonObject { ["summary"] = "of a test", ["runbook"] = "none" },
            ["startsAt"] = starts,
        });
        using var answer = await _client.PostAsync(new Uri(_url + "/api/v2/alerts"), new StringContent(body.ToJsonString(), mediaType: new("application/json")));
        answer.EnsureSuccessStatusCode();
    }

    private async Task<JsonObject> Received(string path, Func<JsonObject, bool> isMeant)
    {
        JsonObject? found = null;
        await Poll.Until(() =>
        {
            lock (_received)
            {
                found = _received.FirstOrDefault(one => one.Path == path && isMeant(one.Body)).Body;
            }

            return found is not null;
        });
        return found!;
    }

    private async Task Receive(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        lock (_received)
        {
            _received.Add((context.Request.Path.Value!, body));
        }

        // As each of them answers: Slack in a word, PagerDuty with 202.
        var isPager = context.Request.Path == "/v2/enqueue";
        context.Response.StatusCode = isPager ? StatusCodes.Status202Accepted : StatusCodes.Status200OK;
        await context.Response.WriteAsync(isPager ? """{"status":"success"}""" : "ok");
    }
}
