using System.Text.Json.Nodes;
using Fraud.Faults.Processes;
using Fraud.Tests.Cli;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>
/// The manifests and the chart: Kubernetes' own schemas take each object (types, required fields; a name that it does not
/// know is no mistake to them), and the service takes the settings. No cluster is here to run them on.
/// </summary>
public sealed class KubernetesTests
{
    private const string Tools = "build/lint/node_modules/.bin";

    private static readonly string[] Chart = ["template", "fraud", "deploy/helm/fraud"];

    [Fact]
    public async Task Manifests_EachObject_FitsItsSchema()
    {
        var objects = await Read(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "kubernetes", "fraud.yml")));

        Assert.Equal(
            ["ConfigMap", "Deployment", "HorizontalPodAutoscaler", "NetworkPolicy", "PodDisruptionBudget", "Service"],
            objects.Select(Kind).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Kustomize_TakesTheManifests()
    {
        var (exit, output) = await DeployTool.Run($"{Tools}/kubectl", "kustomize", "deploy/kubernetes");

        Assert.True(exit == 0, output);
        Assert.All(await Read(output), static item => Assert.Equal("fraud-detection", (string?)item["metadata"]!["namespace"]));
    }

    [Fact]
    public async Task Chart_WithItsDefaults_IsTheManifests()
    {
        var manifests = await Read(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "kubernetes", "fraud.yml")));
        var chart = (await Render()).ToDictionary(Kind);

        Assert.Equal(manifests.Count, chart.Count);
        Assert.All(manifests, expected => Assert.Equal(WithoutLabels(expected), WithoutLabels(chart[Kind(expected)])));
    }

    [Fact]
    public async Task Chart_Lint_FindsNothing()
    {
        var (exit, output) = await DeployTool.Run($"{Tools}/helm", "lint", "--strict", "deploy/helm/fraud");

        Assert.True(exit == 0, output);
    }

    [Fact]
    public async Task Chart_WithEverySwitchTurned_FitsTheSchemasAndSaysIt()
    {
        var objects = (await Render(
            "--namespace", "payments",
            "--set", "autoscaling.enabled=false,replicas=4,networkPolicy.enabled=false,tls.secret=front,service.type=ClusterIP,service.port=443",
            "--set", "nodeCertificates.secret=nodes-tls,nodeCertificates.authority=ca.crt,nodeCertificates.certificate=tls.crt,nodeCertificates.key=tls.key",
            "--set", "postgres.options=SSL Mode=VerifyFull,serviceAccountName=fraud,priorityClassName=high,image.tag=1.2.3,image.pullPolicy=Always",
            "--set", "image.pullSecrets[0].name=registry,nodeSelector.disk=ssd,tolerations[0].key=payments,tolerations[0].operator=Exists",
            "--set", "secretSettings[0].name=Kafka__Client__sasl\\.password,secretSettings[0].secret=kafka,secretSettings[0].key=password",
            "--set", "extraVolumes[0].name=ca,extraVolumes[0].secret.secretName=ca,extraVolumeMounts[0].name=ca,extraVolumeMounts[0].mountPath=/etc/fraud/ca"))
            .ToDictionary(Kind);

        Assert.Equal(["ConfigMap", "Deployment", "PodDisruptionBudget", "Service"], objects.Keys.Order(StringComparer.Ordinal));
        var pod = objects["Deployment"]["spec"]!["template"]!["spec"]!;
        var node = pod["containers"]![0]!;
        Assert.Equal(4, (int)objects["Deployment"]["spec"]!["replicas"]!);
        Assert.Equal("fraud-detection:1.2.3", (string?)node["image"]);
        Assert.Equal("HTTPS", (string?)node["readinessProbe"]!["httpGet"]!["scheme"]);
        Assert.Equal("https://0.0.0.0:8000", (string?)objects["ConfigMap"]["data"]!["Http__Urls"]);
        // With TLS gRPC is there too, and nowhere in clear.
        Assert.Null(objects["ConfigMap"]["data"]!["Http__GrpcUrls"]);
        Assert.Equal("http", (string?)Assert.Single(objects["Service"]["spec"]!["ports"]!.AsArray())!["targetPort"]);
        Assert.Equal("front", (string?)pod["volumes"]!.AsArray().Single(static volume => (string?)volume!["name"] == "tls")!["secret"]!["secretName"]);
        Assert.EndsWith(";SSL Mode=VerifyFull", (string?)Variable(node, "Storage__Postgres")["value"], StringComparison.Ordinal);
        Assert.Equal("nodes-tls", (string?)pod["volumes"]!.AsArray().Single(static volume => (string?)volume!["name"] == "nodes")!["secret"]!["secretName"]);
        Assert.Equal("/etc/fraud/nodes/ca.crt", (string?)objects["ConfigMap"]["data"]!["Cluster__AuthorityFile"]);
        Assert.Equal("kafka", (string?)Variable(node, "Kafka__Client__sasl.password")["valueFrom"]!["secretKeyRef"]!["name"]);
    }

    [Theory]
    [InlineData("autoscaling.maxReplicas=13", "13 nodes are more than the 12 partitions")]
    [InlineData("autoscaling.minReplicas=11", "autoscaling.minReplicas (11) is above")]
    [InlineData("kafka.partitons=24", "partitons")]
    [InlineData("kafka.partitions=many", "/kafka/partitions")]
    [InlineData("terminationGracePeriodSeconds=10", "terminationGracePeriodSeconds")]
    public async Task Chart_WithAMistake_IsRefusedByItsName(string value, string named)
    {
        var (exit, output) = await DeployTool.Run($"{Tools}/helm", [.. Chart, "--set", value]);

        Assert.NotEqual(0, exit);
        Assert.Contains(named, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_OfChartAndManifests_AreTakenByTheService()
    {
        var objects = (await Render()).ToDictionary(Kind);
        var settings = objects["ConfigMap"]["data"]!.AsObject().Select(static setting => (Name: setting.Key, Value: (string)setting.Value!)).ToList();
        foreach (var variable in objects["Deployment"]["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray())
        {
            var name = (string)variable!["name"]!;
            if (name.Contains("__", StringComparison.Ordinal))
            {
                // What secrets hold, and what Kubernetes puts in place of $(...).
                var value = (string?)variable["value"] ?? new string('x', 32);
                settings.Add((name, value.Replace("$(POD_IP)", "10.0.0.7", StringComparison.Ordinal)));
            }
        }

        var (exit, _, error) = await CommandLine.Run(
            ["config", "check", .. settings.SelectMany(static setting => new[] { "--set", $"{setting.Name.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}" })]);

        Assert.True(exit == 0, error);
    }

    private static async Task<IReadOnlyList<JsonObject>> Render(params string[] values)
    {
        var (exit, output) = await DeployTool.Run($"{Tools}/helm", [.. Chart, .. values]);
        Assert.True(exit == 0, output);
        return await Read(output);
    }

    /// <summary>Through the schemas.</summary>
    private static async Task<IReadOnlyList<JsonObject>> Read(string yaml)
    {
        var (exit, output, errors) = await ProgramRun.ToEnd("node", [Path.Combine(Repository.Root, "build", "lint", "kubernetes.mjs")], input: yaml);
        Assert.True(exit == 0, errors);
        return [.. JsonNode.Parse(output)!.AsArray().Select(static item => item!.AsObject())];
    }

    private static string Kind(JsonObject item) => (string)item["kind"]!;

    private static JsonNode Variable(JsonNode container, string name) =>
        container["env"]!.AsArray().Single(variable => (string?)variable!["name"] == name)!;

    // A chart's objects carry its labels, and the digest of the settings.
    private static string WithoutLabels(JsonObject item)
    {
        var copy = item.DeepClone().AsObject();
        copy["metadata"]!.AsObject().Remove("labels");
        if (copy["spec"]?["template"]?["metadata"]?["annotations"] is JsonObject annotations)
        {
            annotations.Remove("checksum/config");
        }

        return Sorted(copy)!.ToJsonString();
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject item => new JsonObject(item.OrderBy(static field => field.Key, StringComparer.Ordinal).Select(static field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
