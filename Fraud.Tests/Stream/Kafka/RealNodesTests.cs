using System.Diagnostics;
using System.Text.Json;
using Fraud.Tests.Support;
using Xunit.Abstractions;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>Two nodes as processes on a real Kafka and PostgreSQL.</summary>
[Collection(RealClusterCollection.Name)]
public sealed class RealNodesTests(RealCluster cluster, ITestOutputHelper output)
{
    // Half of what brokers allow at least by default, for quick tests.
    private static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Nodes_Two_StoreEachPaymentOnceAndSendAlerts()
    {
        using var deployment = await Deployment.CreateAsync(cluster);
        await deployment.StartNodeAsync(SessionTimeout);
        await deployment.StartNodeAsync(SessionTimeout);
        await deployment.BalancedAsync(nodes: 2);
        // Cooperative: what the first node keeps, it keeps without a break.
        Assert.Equal(RealKafka.Partitions / 2, deployment.Count("SELECT count(*) FROM shards WHERE generation = 1"));

        const int payments = 5_000;
        for (var i = 0; i < payments; i++)
        {
            // A card's first payment in its shard that is this large is flagged by the shipped model.
            deployment.Pay(i, amount: i % 50 == 0 ? "4950.00" : "12.50");
        }

        deployment.Send(deployment.Transactions, "c-1", "{\"transaction_id\":");
        deployment.Send(deployment.Labels, "p-1", """{"transaction_id":"p-1","is_fraud":true}""");
        deployment.Flush();
        await deployment.StoredAsync(output, payments);
        await Poll.Until(() => deployment.Count(
            "SELECT count(*) FROM shards s LEFT JOIN reader_positions a ON a.shard = s.shard AND a.reader = 'alerts' WHERE coalesce(position, 0) < sequence") == 0
            && deployment.Count("SELECT count(*) FROM labels WHERE is_fraud") == 1);

        Assert.Equal(payments, deployment.Count("SELECT count(DISTINCT transaction_id) FROM transactions"));
        var flagged = deployment.Count("SELECT count(*) FROM transactions WHERE decision <> 0");
        Assert.NotEqual(0, flagged);
        var alerts = cluster.Kafka.Read(deployment.Alerts, (int)flagged)
            .Select(static record => JsonDocument.Parse(record.Message.Value).RootElement.GetProperty("alert_id").GetString());
        Assert.Equal(flagged, alerts.Distinct().Count());
    }

    [Fact]
    public async Task Broker_KilledAndRestartedInTheMiddle_NothingLostNothingTwice()
    {
        using var deployment = await Deployment.CreateAsync(cluster);
        // A client that stays out of its group is replaced after three sessions and this.
        const string drain = "Kafka:DrainTimeout=00:00:05";
        await deployment.StartNodeAsync(SessionTimeout, drain);
        await deployment.StartNodeAsync(SessionTimeout, drain);
        await deployment.BalancedAsync(nodes: 2);

        const int payments = 20_000;
        deployment.PayAll(0, payments / 2);
        await Poll.Until(() => deployment.Count("SELECT count(*) FROM transactions") > payments / 20);
        var sending = Task.Run(() => deployment.PayAll(payments / 2, payments));
        cluster.Kafka.KillBroker();
        var (acknowledged, stored) = (deployment.Acknowledged, deployment.Count("SELECT count(*) FROM transactions"));
        var away = Stopwatch.StartNew();
        await cluster.Kafka.StartBrokerAsync();
        output.WriteLine($"{acknowledged} acknowledged and {stored} stored when the broker died; away for {away.Elapsed.TotalSeconds:0.0} s");
        var back = Stopwatch.StartNew();
        var least = deployment.Count("SELECT count(*) FROM transactions");
        await Poll.Until(() => deployment.Count("SELECT count(*) FROM transactions") > least);
        output.WriteLine($"stored on after {back.Elapsed.TotalSeconds:0.0} s");
        await sending;
        deployment.Flush();

        Assert.Equal(payments, deployment.Acknowledged);
        await deployment.StoredAsync(output, payments);
        Assert.Equal(payments, deployment.Count("SELECT count(DISTINCT transaction_id) FROM transactions"));
        Assert.InRange(stored, payments / 20, payments - 1);
        // Both nodes are members again and share the work.
        await deployment.BalancedAsync(nodes: 2);
        deployment.Pay(payments);
        deployment.Flush();
        await deployment.StoredAsync(output, payments + 1);
    }
}
