using System.Text;
using Confluent.Kafka;
using Fraud.Stream.Embedded;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Support;

/// <summary>A broker with the four topics, and what a client does with them.</summary>
internal sealed class Topics : IDisposable
{
    public const string Transactions = "transactions";
    public const string Labels = "fraud_labels";
    public const string Alerts = "fraud_alerts";
    public const string DeadLetters = "transactions.dead_letter";

    public static readonly TimeSpan Deadline = Poll.Deadline;

    private readonly IProducer<byte[], byte[]> _producer;

    public Topics(int partitions)
    {
        Broker = new EmbeddedBroker(new EmbeddedBrokerOptions
        {
            Topics = { [Transactions] = partitions, [Labels] = 1, [Alerts] = 1, [DeadLetters] = 1 },
            GroupRebalanceDelay = TimeSpan.Zero,
        });
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = Broker.BootstrapServers,
            Partitioner = Partitioner.Murmur2Random,
            MessageMaxBytes = 10_000_000,
            LingerMs = 1,
        }).Build();
    }

    public EmbeddedBroker Broker { get; }

    public string Address => Broker.BootstrapServers;

    public static string Payment(string id, string card, string terminal = "terminal-1", string amount = "12.50", long time = 1_700_000_000) =>
        $$"""{"transaction_id":"{{id}}","card_id":"{{card}}","terminal_id":"{{terminal}}","amount":{{amount}},"currency":"EUR","event_time":{{time}}}""";

    public void Send(string topic, string key, string value) => Send(topic, key, Encoding.UTF8.GetBytes(value));

    /// <summary>Sends without waiting; <see cref="Flush"/> waits.</summary>
    public void Send(string topic, string key, byte[]? value) =>
        _producer.Produce(topic, new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(key), Value = value! });

    public void Flush() => Assert.Equal(0, _producer.Flush(Deadline));

    /// <summary>Reads one partition from its start until so many records came or the deadline passed.</summary>
    public List<Message<byte[], byte[]>> Read(string topic, int count) => Read(topic, read => read.Count >= count);

    public List<Message<byte[], byte[]>> Read(string topic, Func<List<Message<byte[], byte[]>>, bool> enough)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = Address,
            GroupId = "test-reader",
            EnableAutoCommit = false,
            FetchMaxBytes = 20_000_000,
        }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var read = new List<Message<byte[], byte[]>>();
        using var deadline = new CancellationTokenSource(Deadline);
        while (!enough(read) && !deadline.IsCancellationRequested)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(20)) is { } result)
            {
                read.Add(result.Message);
            }
        }

        return read;
    }

    public static string Header(Message<byte[], byte[]> message, string name) =>
        Encoding.UTF8.GetString(message.Headers.GetLastBytes(name));

    public void Dispose()
    {
        _producer.Dispose();
        Broker.Dispose();
    }
}
