using Confluent.Kafka;

namespace Fraud.Faults.Checking;

/// <summary>Reads a topic from its beginning to the end that it has now.</summary>
public sealed class KafkaReader : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IConsumer<byte[], byte[]> _consumer;

    public KafkaReader(string bootstrapServers) => _consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
    {
        BootstrapServers = bootstrapServers,
        // Required by the client; it never joins.
        GroupId = "fault-suite",
        EnableAutoCommit = false,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        EnablePartitionEof = true,
    }).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();

    /// <summary>Offset after the last record of each partition.</summary>
    public long[] Ends(string topic, int partitions) =>
        [.. Enumerable.Range(0, partitions).Select(partition =>
            _consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), Patience).High.Value)];

    public IReadOnlyList<Message<byte[], byte[]>> ReadAll(string topic)
    {
        var messages = new List<Message<byte[], byte[]>>();
        _consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        while (true)
        {
            var record = _consumer.Consume(Patience)
                ?? throw new FaultSuiteException($"topic {topic} could not be read to its end");
            if (record.IsPartitionEOF)
            {
                _consumer.Unassign();
                return messages;
            }

            messages.Add(record.Message);
        }
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }
}
