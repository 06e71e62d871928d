using System.Text.Json.Nodes;
using static Fraud.Tests.Deploy.KubernetesObjects;

namespace Fraud.Tests.Deploy;

/// <summary>What the reference systems have on Kubernetes, in our manifests. They were never applied to a cluster.</summary>
public sealed class KubernetesPromiseTests
{
    [Fact]
    public async Task Autoscaler_OfTheManifests_IsTwoToTenAtSeventyPercent()
    {
        var autoscaler = (await Manifest("kubernetes", "fraud.yml")).Of("HorizontalPodAutoscaler")["spec"]!;

        Assert.Equal(("Deployment", "fraud-api"), ((string?)autoscaler["scaleTargetRef"]!["kind"], (string?)autoscaler["scaleTargetRef"]!["name"]));
        Assert.Equal((2, 10), ((int)autoscaler["minReplicas"]!, (int)autoscaler["maxReplicas"]!));
        var cpu = Assert.Single(autoscaler["metrics"]!.AsArray(), static metric => (string?)metric!["resource"]?["name"] == "cpu")!;
        Assert.Equal(70, (int)cpu["resource"]!["target"]!["averageUtilization"]!);
    }

    [Fact]
    public async Task Service_OfTheManifests_IsALoadBalancerOnPort80()
    {
        var objects = await Manifest("kubernetes", "fraud.yml");
        var http = objects.Of("Service")["spec"]!["ports"]!.AsArray().Single(static port => (string?)port!["name"] == "http")!;
        var container = objects.Of("Deployment")["spec"]!["template"]!["spec"]!["containers"]![0]!;
        var target = container["ports"]!.AsArray().Single(port => (string?)port!["name"] == (string?)http["targetPort"])!;

        Assert.Equal("fraud-api", (string?)objects.Of("Deployment")["metadata"]!["name"]);
        Assert.Equal("LoadBalancer", (string?)objects.Of("Service")["spec"]!["type"]);
        Assert.Equal((80, 8000), ((int)http["port"]!, (int)target["containerPort"]!));
    }

    [Fact]
    public async Task Pod_OfTheManifests_HealsItselfAndHasNoRights()
    {
        var pod = (await Manifest("kubernetes", "fraud.yml")).Of("Deployment")["spec"]!["template"]!["spec"]!;
        var container = pod["containers"]![0]!;

        Assert.Equal("/health/live", (string?)container["livenessProbe"]!["httpGet"]!["path"]);
        Assert.Equal("/health/ready", (string?)container["readinessProbe"]!["httpGet"]!["path"]);
        Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!);
        Assert.False((bool)container["securityContext"]!["allowPrivilegeEscalation"]!);
        Assert.NotNull(container["resources"]!["limits"]);
    }

    [Fact]
    public async Task Settings_OfTheManifests_AreInAMapAndSecretsInASecret()
    {
        var objects = await Manifest("kubernetes", "fraud.yml");
        var container = objects.Of("Deployment")["spec"]!["template"]!["spec"]!["containers"]![0]!;
        var secrets = container["env"]!.AsArray()
            .Select(static variable => variable!["valueFrom"]?["secretKeyRef"])
            .OfType<JsonObject>()
            .Select(static secret => $"{secret["name"]}/{secret["key"]}");

        Assert.Equal("fraud-config", (string?)objects.Of("ConfigMap")["metadata"]!["name"]);
        Assert.Equal("fraud-config", (string?)container["envFrom"]![0]!["configMapRef"]!["name"]);
        Assert.Superset(new HashSet<string>(["fraud-secrets/db-password", "fraud-secrets/admin-key"], StringComparer.Ordinal), secrets.ToHashSet(StringComparer.Ordinal));
        Assert.DoesNotContain("assword", objects.Of("ConfigMap")["data"]!.ToJsonString(), StringComparison.Ordinal);
    }
}
