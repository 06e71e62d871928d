using System.Text.Json.Nodes;
using Fraud.Faults.Processes;
using Fraud.Stream.Ingest;
using Fraud.Tests.Cli;
using Fraud.Tests.Support;
using static Fraud.Tests.Deploy.KubernetesObjects;

namespace Fraud.Tests.Deploy;

/// <summary>
/// The manifests and the chart: Kubernetes' own schemas take each object (types, required fields; a name that it does not
/// know is no mistake to them), and the service takes the settings. No cluster is here to run them on.
/// </summary>
public sealed class KubernetesTests
{
    [Fact]
    public async Task Manifests_EachObject_FitsItsSchema()
    {
        var objects = await Manifest("kubernetes", "fraud.yml");

        Assert.Equal(
            ["ConfigMap", "Deployment", "HorizontalPodAutoscaler", "NetworkPolicy", "PodDisruptionBudget", "Service"],
            objects.Select(Kind).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("deploy/kubernetes")]
    [InlineData("deploy/kubernetes-discovery")]
    [InlineData("deploy/kubernetes-keda")]
    [InlineData("deploy/kubernetes-backup")]
    public async Task Kustomize_TakesTheManifests(string folder)
    {
        Assert.All(await Kustomize(folder), static item => Assert.Equal("fraud-detection", (string?)item["metadata"]!["namespace"]));
    }

    [Fact]
    public async Task Chart_WithItsDefaults_IsTheManifests()
    {
        var manifests = await Kustomize("deploy/kubernetes");
        var chart = (await Render()).ToDictionary(Kind);

        Assert.Equal(manifests.Count, chart.Count);
        Assert.All(manifests, expected => Assert.Equal(WithoutLabels(expected), WithoutLabels(chart[Kind(expected)])));
    }

    [Fact]
    public async Task Chart_WithDiscoveryByKubernetes_IsTheManifestsWithIt()
    {
        var manifests = await Kustomize("deploy/kubernetes-discovery");
        var chart = (await Render("--namespace", "fraud-detection", "--set", "discovery.method=kubernetes")).ToDictionary(Kind);

        Assert.Equal(manifests.Count, chart.Count);
        Assert.All(manifests, expected => Assert.Equal(WithoutLabels(expected), WithoutLabels(chart[Kind(expected)])));
    }

    [Fact]
    public async Task Chart_WithAutoscalingByLag_IsTheManifestsWithIt()
    {
        var manifests = await Kustomize("deploy/kubernetes-keda");
        var chart = (await Render("--set", "autoscaling.method=lag")).ToDictionary(Kind);

        Assert.Equal(manifests.Count, chart.Count);
        Assert.All(manifests, expected => Assert.Equal(WithoutLabels(expected), WithoutLabels(chart[Kind(expected)])));
        // One that says how many, not two.
        Assert.DoesNotContain("HorizontalPodAutoscaler", chart.Keys);
    }

    [Fact]
    public async Task Chart_WithAutoscalingByLag_LooksAtTheNodesOwnGroupAndTopic()
    {
        var objects = await Render(
            "--set", "autoscaling.method=lag,autoscaling.prometheus=http://prometheus:9090,autoscaling.paymentsPerNode=500,autoscaling.lagPerNode=100",
            "--set", "settings.Kafka__GroupId=others,settings.Kafka__TransactionsTopic=payments,autoscaling.kafkaAuthentication=kafka");
        var triggers = objects.Of("ScaledObject")["spec"]!["triggers"]!.AsArray().ToDictionary(static trigger => (string)trigger!["type"]!, static trigger => trigger!);

        Assert.Equal(["cpu", "kafka", "prometheus"], triggers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("others", "payments", "100"), ((string?)triggers["kafka"]["metadata"]!["consumerGroup"], (string?)triggers["kafka"]["metadata"]!["topic"], (string?)triggers["kafka"]["metadata"]!["lagThreshold"]));
        Assert.Equal("kafka", (string?)triggers["kafka"]["authenticationRef"]!["name"]);
        Assert.Equal("500", (string?)triggers["prometheus"]["metadata"]!["threshold"]);
        Assert.Equal("fraud-api", (string?)objects.Of("ScaledObject")["spec"]!["scaleTargetRef"]!["name"]);
    }

    /// <summary>A name that KEDA does not know would be dropped in silence, and the nodes would not grow by it.</summary>
    [Theory]
    [InlineData("pollingInterval", "polingInterval")]
    [InlineData("maxReplicaCount: 10", "maxReplicaCount: ten")]
    [InlineData("lagThreshold: \"2000\"", "lagThreshold: 2000")]
    public async Task Scaler_WithAMistake_DoesNotFitTheSchema(string text, string mistake)
    {
        var scaler = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "kubernetes-keda", "scaler.yml"));
        Assert.Contains(text, scaler, StringComparison.Ordinal);

        var (exit, _, errors) = await ProgramRun.ToEnd(
            "node", [Path.Combine(Repository.Root, "build", "lint", "kubernetes.mjs")], input: scaler.Replace(text, mistake, StringComparison.Ordinal));

        Assert.Equal(1, exit);
        Assert.Contains("ScaledObject fraud-api: ", errors, StringComparison.Ordinal);
    }

    /// <summary>The job's own commands, with a stand-in that writes down what it is told.</summary>
    [Theory]
    [InlineData(null, "")]
    [InlineData("kafka-client", "--command-config /etc/kafka-client/client.properties ")]
    public async Task Topics_OfTheJob_AreThoseThatTheServiceReads(string? clientSecret, string options)
    {
        using var folder = new TempFolder();
        var objects = await Render("--set", $"kafka.partitions=24,kafka.bootstrapServers=broker:9093,topics.clientSecret={clientSecret}");
        var job = objects.Of("Job")["spec"]!["template"]!["spec"]!["containers"]![0]!;
        var log = folder.File("log");
        var commands = ((string)job["args"]![0]!).Replace("/opt/kafka/bin/kafka-topics.sh", $"echo >>{log}", StringComparison.Ordinal);
        var environment = job["env"]!.AsArray().Select(static one => new KeyValuePair<string, string?>((string)one!["name"]!, (string?)one["value"]));

        var (exit, _, errors) = await ProgramRun.ToEnd("bash", ["-ec", commands], folder.Path, environment);

        Assert.True(exit == 0, errors);
        var service = new KafkaOptions();
        Assert.Equal(
            new[] { (service.TransactionsTopic, 24), (service.LabelsTopic, 1), (service.AlertsTopic, 6), (service.DeadLetterTopic, 1) }
                .Select(topic => $"--bootstrap-server broker:9093 {options}--create --if-not-exists --topic {topic.Item1} --partitions {topic.Item2}"),
            await File.ReadAllLinesAsync(log));
    }

    /// <summary>Rights, token, port and way in: all of them with discovery by Kubernetes, none of them without.</summary>
    [Theory]
    [InlineData("store", false)]
    [InlineData("kubernetes", true)]
    public async Task Chart_Discovery_BringsWhatItNeedsAndNothingElseDoes(string method, bool isKubernetes)
    {
        var objects = await Render("--namespace", "payments", "--set", $"discovery.method={method},discovery.managementPort=9558");
        var pod = objects.Of("Deployment")["spec"]!["template"]!["spec"]!;
        var ports = pod["containers"]![0]!["ports"]!.AsArray().ToDictionary(static port => (string)port!["name"]!, static port => (int)port!["containerPort"]!);
        var betweenNodes = objects.Of("NetworkPolicy")["spec"]!["ingress"]![1]!;

        Assert.Equal(isKubernetes, (bool)pod["automountServiceAccountToken"]!);
        Assert.Equal(isKubernetes ? "fraud-api" : null, (string?)pod["serviceAccountName"]);
        Assert.Equal(isKubernetes ? 9558 : null, ports.TryGetValue("management", out var port) ? port : (int?)null);
        Assert.Equal(isKubernetes, betweenNodes["ports"]!.AsArray().Any(static port => (int)port!["port"]! == 9558));
        Assert.Equal("fraud", (string?)betweenNodes["from"]![0]!["podSelector"]!["matchLabels"]!["app"]);
        Assert.DoesNotContain(objects.Of("Service")["spec"]!["ports"]!.AsArray(), static port => (string?)port!["targetPort"] == "management");
        Assert.Equal(isKubernetes ? 3 : 0, objects.Count(static item => Kind(item) is "ServiceAccount" or "Role" or "RoleBinding"));
        if (isKubernetes)
        {
            var rule = Assert.Single(objects.Of("Role")["rules"]!.AsArray())!;
            Assert.Equal("""{"apiGroups":[""],"resources":["pods"],"verbs":["get","list","watch"]}""", rule.ToJsonString());
            var bound = Assert.Single(objects.Of("RoleBinding")["subjects"]!.AsArray())!;
            Assert.Equal(("fraud-api", "payments"), ((string?)bound["name"], (string?)bound["namespace"]));
        }
    }

    [Fact]
    public async Task Chart_DiscoveryWithAnAccountThatIsThere_BindsTheRoleToItAndMakesNone()
    {
        var objects = await Render("--set", "discovery.method=kubernetes,serviceAccountName=cloud");

        Assert.DoesNotContain(objects, static item => Kind(item) == "ServiceAccount");
        Assert.Equal("cloud", (string?)objects.Of("RoleBinding")["subjects"]![0]!["name"]);
        Assert.Equal("cloud", (string?)objects.Of("Deployment")["spec"]!["template"]!["spec"]!["serviceAccountName"]);
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
            "--set", "autoscaling.enabled=false,replicas=4,networkPolicy.enabled=false,topics.enabled=false,tls.secret=front,service.type=ClusterIP,service.port=443",
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
    [InlineData("discovery.method=consul", "/discovery/method")]
    [InlineData("autoscaling.method=rate", "/autoscaling/method")]
    [InlineData("topics.enabld=true", "enabld")]
    [InlineData("discovery.requiredContactPoints=0", "/discovery/requiredContactPoints")]
    public async Task Chart_WithAMistake_IsRefusedByItsName(string value, string named)
    {
        var (exit, output) = await DeployTool.Run($"{Tools}/helm", [.. Chart, "--set", value]);

        Assert.NotEqual(0, exit);
        Assert.Contains(named, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("store")]
    [InlineData("kubernetes")]
    public async Task Settings_OfChartAndManifests_AreTakenByTheService(string discovery)
    {
        var objects = (await Render("--set", $"discovery.method={discovery}")).ToDictionary(Kind);
        var settings = objects["ConfigMap"]["data"]!.AsObject().Select(static setting => (Name: setting.Key, Value: (string)setting.Value!)).ToList();
        foreach (var variable in objects["Deployment"]["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray())
        {
            var name = (string)variable!["name"]!;
            if (name.Contains("__", StringComparison.Ordinal))
            {
                // What secrets hold, and what Kubernetes puts in place of $(...).
                var value = (string?)variable["value"] ?? (name == "CardNumbers__TokenKey" ? TestTokenKey.Hex : new string('x', 32));
                settings.Add((name, value.Replace("$(POD_IP)", "10.0.0.7", StringComparison.Ordinal)));
            }
        }

        var (exit, _, error) = await CommandLine.Run(
            ["config", "check", .. settings.SelectMany(static setting => new[] { "--set", $"{setting.Name.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}" })]);

        Assert.True(exit == 0, error);
    }

    private static JsonNode Variable(JsonNode container, string name) =>
        container["env"]!.AsArray().Single(variable => (string?)variable!["name"] == name)!;

    // A chart's objects carry its labels, and the digest of the settings.
    private static string WithoutLabels(JsonObject item)
    {
        var copy = item.DeepClone().AsObject();
        copy["metadata"]!.AsObject().Remove("labels");
        copy["metadata"]!.AsObject().Remove("namespace");
        // When Helm runs a job; kubectl runs it when it is applied.
        copy["metadata"]!.AsObject().Remove("annotations");
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
