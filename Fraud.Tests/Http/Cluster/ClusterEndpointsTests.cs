using System.Net;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Fraud.Http.Cluster;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Cluster;

public sealed class ClusterEndpointsTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Get_RunningNode_ShowsEveryShardOpenAndItself()
    {
        var report = await Until(static report => report.Shards.All(static shard => shard.State == ShardState.Open));

        Assert.Equal(6, report.Shards.Count);
        Assert.All(report.Shards, static shard => Assert.Equal(1, shard.Generation));
        var node = Assert.Single(report.Nodes);
        Assert.True(node.IsAsked);
        Assert.Equal((6, 6, "running"), (node.Held, node.Open, node.State));
        Assert.Equal(server.Client.BaseAddress, new Uri(Assert.Single(node.Urls)));
        Assert.Equal(("alone", false, false), (node.Member, node.IsLeader, node.IsCoordinator));
        Assert.Null(report.StoreError);
        Assert.Equal(Enumerable.Range(0, 6), report.History.Select(static happened => happened.Shard).Order());
        Assert.All(report.History, happened => Assert.Equal(("claimed", 1L, node.Name), (happened.Event, happened.Generation, happened.Node)));
    }

    [Fact]
    public async Task Get_RecordsComeIn_LagIsWhatIsNotStored()
    {
        await Until(static report => report.Lag == 0);
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = server.Kafka }).Build();
        for (var i = 0; i < 50; i++)
        {
            producer.Produce(new TopicPartition("transactions", 3), new Message<byte[], byte[]>
            {
                Key = "card"u8.ToArray(),
                Value = Encoding.UTF8.GetBytes($$"""{"transaction_id":"lag-{{i}}","card_id":"secret-card","terminal_id":"t","amount":1}"""),
            });
        }

        producer.Flush(TimeSpan.FromSeconds(10));
        var report = await Until(static report => report.Shards[3] is { NextOffset: 50, Lag: 0 });

        Assert.True(report.Shards[3].Journal > 0);
        Assert.Equal(1, report.Shards[3].Cards);
        // The gauge asks the broker at a moment of its own.
        await Poll.Until(async () => (await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)))
            .Contains("fraud_shard_lag{shard=\"3\"} 0", StringComparison.Ordinal));
        using var answer = await server.Client.GetAsync("/cluster");
        Assert.DoesNotContain("secret-card", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_UnknownView_IsAProblem()
    {
        using var answer = await server.Client.GetAsync("/cluster?view=all");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("view", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("field").GetString());
    }

    [Fact]
    public async Task Page_IsSelfContained()
    {
        using var answer = await server.Client.GetAsync("/cluster/page");

        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        // Names come from the store: they go in as text.
        Assert.DoesNotContain("innerHTML", page, StringComparison.Ordinal);
    }

    private async Task<ClusterReport> Until(Func<ClusterReport, bool> condition)
    {
        ClusterReport? report = null;
        await Poll.Until(async () =>
            condition(report = JsonSerializer.Deserialize<ClusterReport>(await server.Client.GetStringAsync("/cluster"), ClusterReport.Json)!));
        return report!;
    }
}
