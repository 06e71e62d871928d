using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>Whether docker-compose takes the files, and whether they hold to what docs/deployment.md says. Images are not run here.</summary>
public sealed partial class ComposeTests
{
    private static readonly string[] Secrets = ["POSTGRES_PASSWORD", "FRAUD_ADMIN_KEY", "FRAUD_CARD_TOKEN_KEY", "GRAFANA_PASSWORD"];

    private static readonly string[] LogSecrets = ["ELASTIC_PASSWORD", "KIBANA_PASSWORD", "FILEBEAT_PASSWORD"];

    private static readonly ConcurrentDictionary<string, Lazy<Task<(int Exit, string Output)>>> Configs = new(StringComparer.Ordinal);

    private static readonly string[] WithLogs = ["-f", "docker-compose.yml", "-f", "deploy/compose/elk.yml"];

    /// <summary>The system, and it with the log store.</summary>
    public static TheoryData<string[]> Compositions => [[], WithLogs];

    [Fact]
    public async Task Config_WithSecrets_HasTheServicesOfTheReferences()
    {
        var services = Services(await Config([]));

        Assert.Superset(
            new HashSet<string>(["db", "kafka", "detection_service", "api", "prometheus", "grafana", "alertmanager"], StringComparer.Ordinal),
            services.Keys.ToHashSet(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Compositions))]
    public async Task Config_EveryService_IsLimitedAndWithoutNewRights(string[] files)
    {
        var services = Services(await Config(files));

        Assert.All(services, static service =>
        {
            Assert.Contains("limits:", service.Value, StringComparison.Ordinal);
            Assert.Contains("no-new-privileges:true", service.Value, StringComparison.Ordinal);
            Assert.Contains("restart:", service.Value, StringComparison.Ordinal);
            Assert.Contains("networks:", service.Value, StringComparison.Ordinal);
            Assert.Matches(Tag(), service.Value);
        });
    }

    [Theory]
    [MemberData(nameof(Compositions))]
    public async Task Config_PublishedPorts_AreOfThisMachineOnly(string[] files)
    {
        var config = await Config(files);
        var ports = Port().Matches(config).Select(static match => match.Groups[1].Value).ToArray();

        Assert.NotEmpty(ports);
        // One of every address is written in the long form.
        Assert.DoesNotContain("published: ", config, StringComparison.Ordinal);
        Assert.All(ports, static port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Config_AuthoritysKey_IsSeenByNoNode()
    {
        var services = Services(await Config([]));

        Assert.Equal(
            ["certs"],
            services.Where(static service => service.Value.Contains("/app/authority", StringComparison.Ordinal)).Select(static service => service.Key));
        Assert.All(["api", "detection_service"], node => Assert.Contains("node_certs:/app/certs:ro", services[node], StringComparison.Ordinal));
    }

    /// <summary>What an update keeps, and what a start that says nothing of it would otherwise set back to one.</summary>
    [Fact]
    public async Task Config_NumberOfNodes_IsThatOfTheEnvironment()
    {
        var variables = Given(without: null);
        (variables["DETECTION_NODES"], variables["API_NODES"]) = ("3", "2");
        var (exit, output) = await DeployTool.Run("docker-compose", variables, "config");
        Assert.True(exit == 0, output);
        var (services, usual) = (Services(output), Services(await Config([])));

        Assert.Contains("    scale: 3\n", services["detection_service"], StringComparison.Ordinal);
        Assert.Contains("    scale: 2\n", services["api"], StringComparison.Ordinal);
        Assert.Contains("    scale: 1\n", usual["detection_service"], StringComparison.Ordinal);
    }

    /// <summary>The name that a reference's commands use.</summary>
    [Fact]
    public async Task Config_OfTheNameForProduction_IsTheSame() =>
        Assert.Equal(await Config([]), await Config(["-f", "docker-compose.prod.yml"]));

    [Fact]
    public async Task Config_GodMode_TakesTheLimitOfProcessorsAway()
    {
        var api = Services(await Config(["-f", "docker-compose.yml", "-f", "deploy/compose/god-mode.yml"]))["api"];

        Assert.Contains("cpus: 0.0", api, StringComparison.Ordinal);
        Assert.Contains("memory: 8G", api, StringComparison.Ordinal);
        Assert.Contains("Batching__LaneThreads: '6'", api, StringComparison.Ordinal);
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
    public async Task Config_Logs_CollectsTheNodesLinesAndNoOthers()
    {
        var services = Services(await Config(WithLogs));

        Assert.Superset(
            new HashSet<string>(["elasticsearch", "kibana", "filebeat", "elk-users"], StringComparer.Ordinal), services.Keys.ToHashSet(StringComparer.Ordinal));
        Assert.Equal(
            ["api", "detection_service"],
            services.Where(static service => service.Value.Contains("labels: com.docker.compose", StringComparison.Ordinal)).Select(static service => service.Key).Order(StringComparer.Ordinal));
        // Rotated as before: what Filebeat has not read yet is in these files.
        Assert.Contains("max-file: '5'", services["api"], StringComparison.Ordinal);
        // Root, to read Docker's files, and nothing else of root.
        Assert.Contains("cap_drop:\n    - ALL", services["filebeat"], StringComparison.Ordinal);
        Assert.DoesNotContain("docker.sock", services["filebeat"], StringComparison.Ordinal);
        Assert.DoesNotContain("ports:", services["elasticsearch"], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Compositions))]
    public async Task Config_WithoutASecret_IsRefusedByItsName(string[] files)
    {
        foreach (var missing in files.Length == 0 ? Secrets : LogSecrets)
        {
            var (exit, output) = await DeployTool.Run("docker-compose", Given(missing), [.. files, "config", "-q"]);

            Assert.NotEqual(0, exit);
            Assert.Contains(missing, output, StringComparison.Ordinal);
        }
    }

    // The tool takes seconds, and says of the same files the same.
    private static async Task<string> Config(string[] files)
    {
        var (exit, output) = await Configs.GetOrAdd(
            string.Join(' ', files), static (_, files) => new(() => DeployTool.Run("docker-compose", Given(without: null), [.. files, "config"])), files).Value;
        Assert.True(exit == 0, output);
        return output;
    }

    private static Dictionary<string, string?> Given(string? without) =>
        Secrets.Concat(LogSecrets).ToDictionary(static name => name, name => name == without ? null : "said", StringComparer.Ordinal);

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
