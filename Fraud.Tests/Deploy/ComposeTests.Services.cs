namespace Fraud.Tests.Deploy;

/// <summary>The services that the reference systems start, each with what they say of it.</summary>
public sealed partial class ComposeTests
{
    // As docker-compose writes a file that it has understood: sorted, without short forms.
    private static readonly Dictionary<string, string[]> Promised = new(StringComparer.Ordinal)
    {
        ["db"] = ["image: postgres:16", "pg_isready", "postgres_data:/var/lib/postgresql/data", "- postgres\n"],
        ["kafka"] = ["kafka-broker-api-versions.sh", "kafka_data:/var/lib/kafka/data", "PLAINTEXT://:9092,EXTERNAL://:29092", "127.0.0.1:29092:29092/tcp"],
        ["api"] = ["127.0.0.1:8000:8000/tcp", "restart: unless-stopped", "- fraud_detection_api\n", "image: fraud-detection:local", "reservations:"],
        ["detection_service"] = ["restart: unless-stopped", "- fraud_detection_consumer\n", "- inference\n", "Kafka__BootstrapServers: kafka:9092", "reservations:"],
        ["prometheus"] = ["127.0.0.1:9090:9090/tcp", "prometheus_data:/prometheus", "/-/ready", "/etc/prometheus:ro"],
        ["grafana"] = ["127.0.0.1:3000:3000/tcp", "grafana_data:/var/lib/grafana", "/api/health", "GF_SECURITY_ADMIN_USER: admin", "/etc/grafana/provisioning:ro"],
    };

    public static TheoryData<string> PromisedServices => [.. Promised.Keys];

    [Theory]
    [MemberData(nameof(PromisedServices))]
    public async Task Config_ServiceOfAReference_HasWhatItPromises(string service)
    {
        var text = Services(await Config([]))[service];

        Assert.All(Promised[service], said => Assert.Contains(said, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Config_Kafka_IsItsOwnControllerWithoutZookeeper()
    {
        var config = await Config([]);

        Assert.Contains("KAFKA_PROCESS_ROLES: broker,controller", Services(config)["kafka"], StringComparison.Ordinal);
        Assert.DoesNotContain("zookeeper", config, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Config_Mlflow_IsANameOfTheServiceThatHasTheRegistry() =>
        Assert.Contains("- mlflow\n", Services(await Config([]))["api"], StringComparison.Ordinal);

    [Fact]
    public async Task Config_DatabaseAndWorkers_AreOnTheInnerNetworkAlone()
    {
        var config = await Config([]);
        var services = Services(config);

        Assert.Matches(@"\n  inner:\n    internal: true", config);
        Assert.All(["db", "detection_service", "topics", "certs"], name =>
        {
            Assert.DoesNotContain("front", services[name], StringComparison.Ordinal);
            Assert.DoesNotContain("ports:", services[name], StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Config_Topics_AreMadeWithTheirPartitions()
    {
        var topics = Services(await Config([]))["topics"];

        Assert.Contains("topic transactions 12", topics, StringComparison.Ordinal);
        Assert.Contains("topic fraud_alerts 6", topics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_Nodes_HaveTheLimitsOfTheReference()
    {
        var services = Services(await Config([]));

        Assert.All(["api", "detection_service"], node => Assert.Matches(
            @"limits:\s+cpus: '?2(\.0)?'?\s+memory: 4G\s+reservations:\s+cpus: '?1(\.0)?'?\s+memory: 2G", services[node]));
    }
}
