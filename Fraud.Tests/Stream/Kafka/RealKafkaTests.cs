using System.Text;
using System.Text.Json;
using Fraud.Faults.Processes;
using Fraud.Tests.Support;
using Xunit.Abstractions;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>A node as a process on a real Kafka and PostgreSQL.</summary>
[Collection(RealKafkaCollection.Name)]
public sealed class RealKafkaTests(RealCluster cluster, ITestOutputHelper output)
{
    // Half of what brokers allow at least by default, for quick tests.
    private static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Node_TlsWithClientCertificate_ReadsPaymentsAndSendsDeadLetters()
    {
        using var deployment = await Deployment.CreateAsync(cluster);
        await deployment.StartNodeAsync(SessionTimeout, [
            "Kafka:BootstrapServers=" + cluster.Kafka.TlsAddress,
            .. cluster.Kafka.TlsClient.Select(static pair => $"Kafka:Client:{pair.Key}={pair.Value}")]);

        deployment.Pay(1);
        deployment.Send(deployment.Transactions, "card", "{");
        deployment.Flush();

        await deployment.StoredAsync(output, 1);
        Assert.Single(cluster.Kafka.Read(deployment.DeadLetters, 1));
    }

    [Fact]
    public async Task Node_WrongNumberOfPartitions_ReadsNothingAndSaysSo()
    {
        using var deployment = await Deployment.CreateAsync(cluster);
        deployment.Pay(1);
        deployment.Flush();

        await deployment.StartNodeAsync(SessionTimeout, "Kafka:Partitions=4");

        await Poll.Until(() => deployment.Logs.Contains("Kafka:Partitions: expected 6", StringComparison.Ordinal));
        // Over HTTP it goes on, with the shards that it is told there are.
        Assert.Equal(0, deployment.Count("SELECT count(*) FROM transactions"));
        Assert.Equal(0, deployment.Count("SELECT coalesce(sum(next_offset), 0)::bigint FROM shards"));
    }

    [Fact]
    public async Task DeadLetter_BrokerWithoutHeaders_SaysReasonAndOriginInItsValue()
    {
        const string broken = "{\"transaction_id\":";
        using var deployment = await Deployment.CreateAsync(cluster);
        await deployment.StartNodeAsync(SessionTimeout);

        deployment.Send(deployment.Transactions, "card", broken);
        deployment.Flush();
        var letter = Assert.Single(cluster.Kafka.Read(deployment.DeadLetters, 1));

        Assert.Equal("card", Encoding.UTF8.GetString(letter.Message.Key));
        using var envelope = JsonDocument.Parse(letter.Message.Value);
        Assert.Equal("invalid_json", envelope.RootElement.GetProperty("reason").GetString());
        Assert.Equal(deployment.Transactions, envelope.RootElement.GetProperty("origin.topic").GetString());
        Assert.Equal("0", envelope.RootElement.GetProperty("origin.offset").GetString());
        Assert.Equal(broken, Encoding.UTF8.GetString(envelope.RootElement.GetProperty("value").GetBytesFromBase64()));
    }

    [Fact]
    public async Task Simulate_RealKafka_EndsWhenTheServiceHasCommittedEverything()
    {
        using var deployment = await Deployment.CreateAsync(cluster, isDefault: true);
        await deployment.StartNodeAsync(SessionTimeout);
        using var folder = new TempFolder();

        using var feed = new OwnedProcess(
            folder.File("feed.log"), folder.Path, "dotnet",
            [Deployment.FraudProgram, "simulate", "--kafka", cluster.Kafka.Address, "--count", "2000", "--rate", "0",
                .. RealKafka.Client.SelectMany(static pair => new[] { "--kafka-client", pair.Key + "=" + pair.Value })]);
        await Poll.Until(() => feed.HasEnded);

        // Rows come behind the commits.
        await Poll.Until(() => deployment.Count("SELECT count(*) FROM transactions") == 2_000);
        var printed = await File.ReadAllTextAsync(feed.Log);
        Assert.DoesNotContain("expected", printed, StringComparison.Ordinal);
    }
}
