using Confluent.Kafka;
using Fraud.Benchmarks.Measuring;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Fraud.Stream.Ingest;

namespace Fraud.Benchmarks.Kafka;

/// <summary>Reads the topic from its start to its end with the client settings of the product, and parses.</summary>
internal sealed class BareConsumer(FilledTopic topic)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public Sample Run(TimeSpan duration, CancellationToken cancellation)
    {
        var parser = new Parser();
        Meter? meter = null;
        using var consumer = new ConsumerBuilder<RecordKey, Transaction>(new ConsumerConfig
        {
            BootstrapServers = topic.Broker.BootstrapServers,
            GroupId = $"bare-{Guid.NewGuid():N}",
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            ConsumeResultFields = "none",
            QueuedMaxMessagesKbytes = 16_384,
            FetchQueueBackoffMs = ConsumerSettings.FetchQueueBackoffMs,
        })
            .SetKeyDeserializer(new RecordKey())
            .SetValueDeserializer(parser)
            .Build();
        consumer.Subscribe(topic.Name);
        var read = 0;
        while (read < topic.Records)
        {
            cancellation.ThrowIfCancellationRequested();
            if (consumer.Consume(LongestWait) is null)
            {
                throw new TimeoutException($"The bare consumer expected {topic.Records} records and got {read}.");
            }

            read++;
            // The first does not count on either side.
            meter ??= Meter.Start();
        }

        var sample = meter!.Value.Stop(read - 1);
        consumer.Close();
        return parser.Failed == 0 ? sample : throw new InvalidDataException($"{parser.Failed} records could not be parsed.");
    }

    private sealed class Parser : IDeserializer<Transaction>
    {
        private readonly TransactionReader _reader = new(new TransactionLimits(), CardNumberGuard.Off);
        private readonly Transaction _payment = new();

        public int Failed { get; private set; }

        public Transaction Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
        {
            _payment.Clear();
            Failed += _reader.TryRead(data, _payment, out _) ? 0 : 1;
            return _payment;
        }
    }
}
