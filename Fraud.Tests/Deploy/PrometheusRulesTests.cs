using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>What promtool and amtool say of the configuration, and the unit tests of the rules.</summary>
public sealed class PrometheusRulesTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "prometheus");

    [Fact]
    public async Task Promtool_TakesConfigurationAndRules()
    {
        var (exit, output) = await DeployTool.Run("promtool", "check", "config", Path.Combine(Folder, "prometheus.yml"));

        Assert.True(exit == 0, output);
        Assert.DoesNotContain("WARNING", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Promtool_UnitTestsOfTheRules_Pass()
    {
        var runs = await Task.WhenAll(Directory.GetFiles(Path.Combine(Folder, "tests"), "*.yml")
            .Select(static file => DeployTool.Run("promtool", "test", "rules", file)));

        Assert.NotEmpty(runs);
        Assert.All(runs, static run => Assert.True(run.Exit == 0, run.Output));
    }

    [Fact]
    public async Task Amtool_TakesTheConfiguration()
    {
        var (exit, output) = await DeployTool.Run("amtool", "check-config", Path.Combine(Repository.Root, "deploy", "alertmanager", "alertmanager.yml"));

        Assert.True(exit == 0, output);
    }

    [Fact]
    public async Task Amtool_CriticalAlarms_GoToThePagerAndTheChannel()
    {
        Assert.Equal("pagerduty,slack", await Route("alertname=StoreNotCommitting", "severity=critical"));
        Assert.Equal("slack", await Route("alertname=HighMemory", "severity=warning"));
        Assert.Equal("nobody", await Route("alertname=Watchdog", "severity=info"));
    }

    private static async Task<string> Route(params string[] labels)
    {
        var (exit, output) = await DeployTool.Run(
            "amtool",
            ["config", "routes", "test", "--config.file", Path.Combine(Repository.Root, "deploy", "alertmanager", "alertmanager.yml"), .. labels]);
        Assert.True(exit == 0, output);
        // It warns of where it was told to look.
        return output.Split('\n')[0].Trim();
    }
}
