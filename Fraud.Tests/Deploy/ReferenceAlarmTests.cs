using System.Text.RegularExpressions;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>Each alarm that a reference system has: how long it waits, how bad it is, and that it fires in the unit tests of the rules.</summary>
public sealed class ReferenceAlarmTests : IDisposable
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "prometheus");

    private static readonly Dictionary<string, (string Wait, string Severity)> Promised = new(StringComparer.Ordinal)
    {
        ["HighLatency"] = ("5m", "warning"),
        ["HighErrorRate"] = ("5m", "critical"),
        ["HighMemory"] = ("10m", "warning"),
        ["APIServiceDown"] = ("1m", "critical"),
        ["HighRiskFraudSpike"] = ("2m", "warning"),
        ["DataDrift"] = ("10m", "critical"),
    };

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Alarms => [.. Promised.Keys];

    [Theory]
    [MemberData(nameof(Alarms))]
    public async Task Alarm_OfAReference_WaitsAndFires(string alarm)
    {
        var (wait, severity) = Promised[alarm];
        var rule = Rule(alarm);
        Assert.Contains($"for: {wait}\n", rule, StringComparison.Ordinal);
        Assert.Contains($"severity: {severity}", rule, StringComparison.Ordinal);
        Assert.Contains("summary: ", rule, StringComparison.Ordinal);

        var tests = Directory.GetFiles(Path.Combine(Folder, "tests"), "*.yml")
            .SelectMany(static file => File.ReadAllText(file).Split("\n  - name: ")[1..])
            .Where(test => Fires(alarm).IsMatch(test))
            .ToArray();
        Assert.True(tests.Length > 0, $"no unit test of the rules says that {alarm} fires");
        var file = _folder.File("alarm.yml");
        await File.WriteAllTextAsync(
            file,
            $"rule_files: ['{Folder}/rules/recording.yml', '{Folder}/rules/alerts.yml']\nevaluation_interval: 15s\ntests:\n"
            + string.Concat(tests.Select(static test => $"  - name: {test.TrimEnd()}\n")));
        var (exit, output) = await DeployTool.Run("promtool", "test", "rules", file);

        Assert.True(exit == 0, output);
    }

    [Fact]
    public void Nodes_AreAllAskedEveryTenSeconds()
    {
        var job = Job("fraud_detection_api");

        Assert.Contains("scrape_interval: 10s\n", job, StringComparison.Ordinal);
        Assert.Contains("names: [api, detection_service]\n", job, StringComparison.Ordinal);
        Assert.Contains("port: 9464\n", job, StringComparison.Ordinal);
    }

    [Fact]
    public void Kafka_IsAskedEveryThirtySeconds()
    {
        var job = Job("kafka");

        Assert.Contains("scrape_interval: 30s\n", job, StringComparison.Ordinal);
        Assert.Contains("targets: [kafka-exporter:9308]\n", job, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Job(string name) => Assert.Single(
        File.ReadAllText(Path.Combine(Folder, "prometheus.yml")).Split("- job_name: ")[1..], job => job.StartsWith(name + "\n", StringComparison.Ordinal));

    private static string Rule(string alarm)
    {
        var rules = File.ReadAllText(Path.Combine(Folder, "rules", "alerts.yml")).Split("- alert: ")[1..];
        return Assert.Single(rules, rule => rule.StartsWith(alarm + "\n", StringComparison.Ordinal));
    }

    // Expected with labels or a value: a look at an alarm that stays silent has none.
    private static Regex Fires(string alarm) => new(
        $@"labels: .*alertname=""{alarm}""|alertname: {alarm}\n\s+exp_alerts:", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
}
