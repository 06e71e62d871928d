using System.Globalization;
using Akka.Streams;
using Confluent.Kafka;
using Fraud.Stream.Ingest;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Kafka.PartitionsProbe;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>The source on a real Kafka, with its log on disk.</summary>
[Collection(RealKafkaCollection.Name)]
public sealed class RealKafkaPartitionsTests(RealCluster cluster) : Akka.TestKit.Xunit2.TestKit(PartitionsHost.TestKit, "real-partitions")
{
    [Fact]
    public async Task Broker_KilledAndRestartedInMidFlow_NothingIsLostAndNothingComesTwice()
    {
        const string topic = "partitions_restart";
        const int count = 2_000;
        await cluster.Kafka.CreateTopicsAsync(topic);
        using var feed = new PartitionFeed(cluster.Kafka.ProducerConfig(), topic);
        PayAll(feed, count);
        feed.Flush();
        await using var host = Host(topic);
        var probe = host.Probe(this, Sys.Materializer());
        for (var partition = 0; partition < RealKafka.Partitions; partition++)
        {
            await host.Assign(partition);
        }

        var batches = await probe.Take(count);
        cluster.Kafka.KillBroker();
        await Poll.Until(() => host.Log.Of(235).Any());
        PayAll(feed, count);
        await cluster.Kafka.StartBrokerAsync();
        feed.Flush();

        batches.AddRange(await probe.Take((RealKafka.Partitions * 2 * count) - batches.Sum(static batch => batch.Payments.Count)));
        foreach (var partition in batches.GroupBy(static batch => batch.Partition))
        {
            Assert.Equal(Range(0, 2 * count), partition.Offsets());
        }

        Assert.Equal(0, host.Counters.RecordsMissing);
        Assert.Equal(0, host.Counters.ForeignCards);
    }

    [Fact]
    public async Task Unassign_AssignElsewhere_GoesOnThereAndTheGroupKnowsHowFarThatIs()
    {
        const string topic = "partitions_moved";
        const int count = 1_000;
        await cluster.Kafka.CreateTopicsAsync(topic);
        using var feed = new PartitionFeed(cluster.Kafka.ProducerConfig(), topic);
        feed.Pay(3, count, RealKafka.Partitions);
        feed.Flush();
        await using var first = Host(topic);
        await using var second = Host(topic);
        var from = first.Probe(this, Sys.Materializer());
        var to = second.Probe(this, Sys.Materializer());
        await first.Assign(3);

        var before = await from.Take(400);
        await first.Source.UnassignAsync(3, 1).WaitAsync(Topics.Deadline);
        await second.Assign(3, before[^1].Offset.Next, generation: 2);
        var after = await to.Take(count - (int)before[^1].Offset.Next);
        second.Source.Commit(after[^1].Offset);

        Assert.Equal(Range(0, count), before.Concat(after).Offsets());
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig(new Dictionary<string, string>(RealKafka.Client))
        {
            BootstrapServers = cluster.Kafka.Address,
            GroupId = GroupOf(topic),
        }).Build();
        await Poll.Until(() => consumer.Committed([new TopicPartition(topic, 3)], Topics.Deadline)[0].Offset.Value == count);
    }

    private PartitionsHost Host(string topic)
    {
        var options = PartitionsHost.Options(RealKafka.Partitions, topic);
        options.BootstrapServers = cluster.Kafka.Address;
        options.GroupId = GroupOf(topic);
        foreach (var (name, value) in RealKafka.Client)
        {
            options.Client[name] = value;
        }

        return new PartitionsHost(options, cluster.Kafka.Address);
    }

    private static string GroupOf(string topic) => string.Create(CultureInfo.InvariantCulture, $"{topic}-readers");

    private static void PayAll(PartitionFeed feed, int count)
    {
        for (var partition = 0; partition < RealKafka.Partitions; partition++)
        {
            feed.Pay(partition, count, RealKafka.Partitions);
        }
    }
}
