using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fraud.Tests.Support;
using static Fraud.Tests.Deploy.KubernetesObjects;

namespace Fraud.Tests.Deploy;

/// <summary>
/// deploy/prometheus/kubernetes.yml: what a real Prometheus makes of the pods of the manifests. Debian's is built without discovery by
/// Kubernetes, so the pods come from a file, with the labels that Kubernetes' discovery gives them.
/// </summary>
public sealed partial class KubernetesScrapeTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "prometheus");

    [Theory]
    [InlineData("", "http")]
    [InlineData("tls.secret=front", "http")]
    public async Task Pods_OfTheChart_AreAskedOnceUnderTheNameThatTheRulesKnow(string values, string scheme)
    {
        using var folder = new TempFolder();
        var pods = await Render(values.Length == 0 ? [] : ["--set", values]);
        var deployment = pods.Of("Deployment")["spec"]!["template"]!;
        await WriteTargets(folder, deployment, "Running", "10.0.0.1", "10.0.0.2");
        // A job that ended, and a pod of another program: neither is to be asked.
        await WriteTargets(folder, pods.Of("Job")["spec"]!["template"]!, "Succeeded", "10.0.0.3");
        var discovered = Discovery().Replace(await File.ReadAllTextAsync(Path.Combine(Folder, "kubernetes.yml")), $"    file_sd_configs: [{{files: ['{folder.Path}/*.json']}}]\n");
        Assert.DoesNotContain("kubernetes_sd_configs", discovered, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.File("prometheus.yml"), discovered.Replace("rules/*.yml", $"{Folder}/rules/*.yml", StringComparison.Ordinal));

        var (exit, output) = await DeployTool.Run("promtool", "check", "config", folder.File("prometheus.yml"));
        Assert.True(exit == 0, output);
        (exit, output) = await DeployTool.Run("promtool", "check", "service-discovery", "--timeout=5s", folder.File("prometheus.yml"), "fraud_detection_api");

        Assert.True(exit == 0, output);
        var targets = First(output[output.IndexOf('[', StringComparison.Ordinal)..]).EnumerateArray()
            .Where(static target => target.TryGetProperty("labels", out var labels) && labels.ValueKind == JsonValueKind.Object && labels.EnumerateObject().Any())
            .Select(static target => target.GetProperty("labels"))
            .ToArray();
        Assert.Equal(["10.0.0.1:9464", "10.0.0.2:9464"], targets.Select(static labels => labels.GetProperty("__address__").GetString()).Order(StringComparer.Ordinal));
        Assert.All(targets, labels => Assert.Equal(("fraud_detection_api", scheme), (labels.GetProperty("job").GetString(), labels.GetProperty("__scheme__").GetString())));
        Assert.Equal(["pod-10.0.0.1", "pod-10.0.0.2"], targets.Select(static labels => labels.GetProperty("pod").GetString()).Order(StringComparer.Ordinal));
    }

    /// <summary>An alarm that looks for another job's series says that all is down, or never anything.</summary>
    [Theory]
    [InlineData("prometheus.yml")]
    [InlineData("kubernetes.yml")]
    public void Jobs_ThatRulesAndDashboardsName_AreScraped(string configuration)
    {
        var scraped = JobName().Matches(File.ReadAllText(Path.Combine(Folder, configuration))).Select(static match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var texts = Directory.GetFiles(Path.Combine(Folder, "rules"), "*.yml").Concat(Directory.GetFiles(Path.Combine(Repository.Root, "deploy", "grafana", "dashboards"), "*.json"))
            .Select(File.ReadAllText);

        var named = texts.SelectMany(static text => JobLabel().Matches(text)).Select(static match => match.Groups[1].Value).Distinct().ToArray();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, scraped));
    }

    /// <summary>The value that a text begins with: log lines may come behind it.</summary>
    private static JsonElement First(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        return JsonElement.ParseValue(ref reader);
    }

    // One target for each port of each container, as discovery with the role "pod" has it.
    private static async Task WriteTargets(TempFolder folder, JsonNode template, string phase, params string[] addresses)
    {
        var targets = new JsonArray();
        foreach (var address in addresses)
        {
            foreach (var container in template["spec"]!["containers"]!.AsArray())
            {
                var ports = container!["ports"]?.AsArray().Select(static port => ((string)port!["name"]!, (int?)port["containerPort"])) ?? [("", null)];
                foreach (var (name, port) in ports)
                {
                    var labels = new JsonObject
                    {
                        ["__meta_kubernetes_namespace"] = "fraud-detection",
                        ["__meta_kubernetes_pod_name"] = $"pod-{address}",
                        ["__meta_kubernetes_pod_node_name"] = "machine-1",
                        ["__meta_kubernetes_pod_phase"] = phase,
                        ["__meta_kubernetes_pod_container_port_name"] = name,
                    };
                    foreach (var (annotation, value) in template["metadata"]!["annotations"]?.AsObject() ?? [])
                    {
                        labels["__meta_kubernetes_pod_annotation_" + NoLabel().Replace(annotation, "_")] = (string?)value;
                    }

                    targets.Add(new JsonObject { ["targets"] = new JsonArray(port is null ? address : $"{address}:{port}"), ["labels"] = labels });
                }
            }
        }

        await File.WriteAllTextAsync(folder.File($"{phase}.json"), targets.ToJsonString());
    }

    [GeneratedRegex(@"^    kubernetes_sd_configs:\n(?:      .*\n)+", RegexOptions.Multiline, 1_000)]
    private static partial Regex Discovery();

    [GeneratedRegex(@"- job_name: (\S+)", RegexOptions.None, 1_000)]
    private static partial Regex JobName();

    [GeneratedRegex(@"job=\\?""([a-z_]+)\\?""", RegexOptions.None, 1_000)]
    private static partial Regex JobLabel();

    [GeneratedRegex("[^a-zA-Z0-9_]", RegexOptions.None, 1_000)]
    private static partial Regex NoLabel();
}
