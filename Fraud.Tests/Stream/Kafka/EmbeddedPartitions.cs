using Akka.Streams;
using Confluent.Kafka;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;
using Fraud.Tests.Stream.Support;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>Tests of the source over an embedded broker of their own, whose topic has two partitions.</summary>
public abstract class EmbeddedPartitions : Akka.TestKit.Xunit2.TestKit
{
    private protected const string Topic = Topics.Transactions;

    protected EmbeddedPartitions(string name) : base(PartitionsHost.TestKit, name)
    {
        Sender = new PartitionFeed(new ProducerConfig { BootstrapServers = Broker.BootstrapServers, LingerMs = 1 }, Topic);
        Materializer = Sys.Materializer();
    }

    private protected EmbeddedBroker Broker { get; } = new(new EmbeddedBrokerOptions { Topics = { [Topic] = 2 } });

    private protected PartitionFeed Sender { get; }

    private protected IMaterializer Materializer { get; }

    protected override void AfterAll()
    {
        base.AfterAll();
        Sender.Dispose();
        Broker.Dispose();
    }

    private protected PartitionsHost Host(int lanes = 1) => new(PartitionsHost.Options(), Broker.BootstrapServers, lanes);

    /// <summary>Puts payments into a partition, and waits until they are there.</summary>
    private protected void Feed(int partition, int count)
    {
        Sender.Pay(partition, count);
        Sender.Flush();
    }

    /// <summary>What the group was told of a partition; negative: nothing.</summary>
    private protected long CommittedOf(int partition)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = Broker.BootstrapServers,
            GroupId = new KafkaOptions().GroupId,
        }).Build();
        return consumer.Committed([new TopicPartition(Topic, partition)], Topics.Deadline)[0].Offset.Value;
    }
}
