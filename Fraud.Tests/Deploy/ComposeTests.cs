using System.Text.RegularExpressions;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>Whether docker-compose takes the files, and whether they hold to what docs/deployment.md says. Images are not run here.</summary>
public sealed partial class ComposeTests
{
    private static readonly string[] Secrets = ["POSTGRES_PASSWORD", "CLUSTER_SECRET", "FRAUD_ADMIN_KEY", "GRAFANA_PASSWORD"];

    [Fact]
    public async Task Config_WithSecrets_HasTheServicesOfTheReferences()
    {
        var services = Services(await Config([]));

        Assert.Superset(
            new HashSet<string>(["db", "kafka", "detection_service", "api", "prometheus", "grafana", "alertmanager"], StringComparer.Ordinal),
            services.Keys.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Config_EveryService_IsLimitedAndWithoutNewRights()
    {
        var services = Services(await Config([]));

        Assert.All(services, static service =>
        {
            Assert.Contains("limits:", service.Value, StringComparison.Ordinal);
            Assert.Contains("no-new-privileges:true", service.Value, StringComparison.Ordinal);
            Assert.Contains("restart:", service.Value, StringComparison.Ordinal);
            Assert.Contains("networks:", service.Value, StringComparison.Ordinal);
            Assert.Matches(Tag(), service.Value);
        });
    }

    [Fact]
    public async Task Config_PublishedPorts_AreOfThisMachineOnly()
    {
        var ports = Port().Matches(await Config([])).Select(static match => match.Groups[1].Value).ToArray();

        Assert.NotEmpty(ports);
        Assert.All(ports, static port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Config_GodMode_TakesTheLimitOfProcessorsAway()
    {
        var api = Services(await Config(["-f", "docker-compose.yml", "-f", "deploy/compose/god-mode.yml"]))["api"];

        Assert.Contains("cpus: 0.0", api, StringComparison.Ordinal);
        Assert.Contains("memory: 8G", api, StringComparison.Ordinal);
        Assert.Contains("Batching__ScoreThreads: '6'", api, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_Jaeger_TakesTheSpansOfAllNodesAndShowsThemToThisMachineOnly()
    {
        var config = await Config(["-f", "docker-compose.yml", "-f", "deploy/compose/jaeger.yml"]);
        var services = Services(config);

        Assert.Contains("Tracing__Endpoint: http://jaeger:4318", services["api"], StringComparison.Ordinal);
        Assert.Contains("Tracing__Endpoint: http://jaeger:4318", services["detection_service"], StringComparison.Ordinal);
        Assert.Contains("Storage__Kind: Postgres", services["api"], StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:16686:16686", services["jaeger"], StringComparison.Ordinal);
        Assert.Contains("limits:", services["jaeger"], StringComparison.Ordinal);
        Assert.Matches(Tag(), services["jaeger"]);
        Assert.DoesNotContain("Tracing__Endpoint", await Config([]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_WithoutASecret_IsRefusedByItsName()
    {
        foreach (var missing in Secrets)
        {
            var (exit, output) = await DeployTool.Run("docker-compose", Given(missing), "config", "-q");

            Assert.NotEqual(0, exit);
            Assert.Contains(missing, output, StringComparison.Ordinal);
        }
    }

    private static async Task<string> Config(string[] files)
    {
        var (exit, output) = await DeployTool.Run("docker-compose", Given(without: null), [.. files, "config"]);
        Assert.True(exit == 0, output);
        return output;
    }

    private static Dictionary<string, string?> Given(string? without) =>
        Secrets.ToDictionary(static name => name, name => name == without ? null : "said", StringComparer.Ordinal);

    private static Dictionary<string, string> Services(string config)
    {
        var services = config[config.IndexOf("\nservices:", StringComparison.Ordinal)..];
        var end = services.IndexOf("\nvolumes:", StringComparison.Ordinal);
        var names = Service().Matches(services[..end]);
        return names.Select((name, i) => (Name: name.Groups[1].Value, Text: services[name.Index..(i + 1 < names.Count ? names[i + 1].Index : end)]))
            .ToDictionary(static service => service.Name, static service => service.Text, StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^  ([a-z_-]+):$", RegexOptions.Multiline, 1_000)]
    private static partial Regex Service();

    // A tag that says a version: "latest" is another one tomorrow.
    [GeneratedRegex(@"image: \S+:(?!latest\b)\S+", RegexOptions.None, 1_000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^    - (\S+):\d+/tcp$", RegexOptions.Multiline, 1_000)]
    private static partial Regex Port();
}
