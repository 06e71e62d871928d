using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Fraud.Cli.Feed;
using Fraud.Stream.Embedded;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Feed;

/// <summary>A broker with the two topics, and what a service would do with them: read, and commit.</summary>
internal sealed class FeedBroker(string payments = "transactions", string labels = "fraud_labels") : IDisposable
{
    public const int Partitions = 3;
    public static readonly TimeSpan Deadline = Poll.Deadline;

    private readonly EmbeddedBroker _broker = new(new EmbeddedBrokerOptions
    {
        Topics = { [payments] = Partitions, [labels] = 1 },
    });

    public string Address => _broker.BootstrapServers;

    public KafkaFeederOptions Options => new() { BootstrapServers = Address, Wait = Deadline };

    /// <summary>Reads so many records from the start of a topic.</summary>
    public List<Record> Read(string topic, int count)
    {
        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = Address,
            GroupId = "reader",
            EnableAutoCommit = false,
        }).Build();
        consumer.Assign(Enumerable.Range(0, topic == payments ? Partitions : 1)
            .Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var read = new List<Record>();
        var started = Stopwatch.GetTimestamp();
        while (read.Count < count && Stopwatch.GetElapsedTime(started) < Deadline)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(50)) is { } result)
            {
                read.Add(new Record(result.Partition.Value, result.Message.Key, result.Message.Value));
            }
        }

        return read;
    }

    /// <summary>Commits everything that is in a topic now, as its group, and returns how much that is.</summary>
    public long CommitAll(string topic)
    {
        var group = topic == "transactions" ? "fraud-detectors" : "fraud-detectors-labels";
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = Address, GroupId = group }).Build();
        var ends = Enumerable.Range(0, topic == "transactions" ? Partitions : 1)
            .Select(partition => new TopicPartition(topic, partition))
            .Select(partition => new TopicPartitionOffset(partition, consumer.QueryWatermarkOffsets(partition, Deadline).High))
            .ToList();
        consumer.Commit(ends);
        return ends.Sum(static end => end.Offset.Value);
    }

    public void Produce(string topic, int count)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = Address }).Build();
        for (var i = 0; i < count; i++)
        {
            producer.Produce(topic, new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes($"{i}"), Value = "{}"u8.ToArray() });
        }

        producer.Flush(Deadline);
    }

    public void Dispose() => _broker.Dispose();

    internal sealed record Record(int Partition, string Key, string Value);
}
