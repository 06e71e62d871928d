using Confluent.Kafka;
using Fraud.Benchmarks.Workload;
using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;

namespace Fraud.Benchmarks.Kafka;

/// <summary>A topic with records in it, on a broker of its own: every round reads the same ones.</summary>
internal sealed class FilledTopic : IDisposable
{
    public const int Partitions = 12;

    // The embedded broker keeps 5 MB a partition: 20,000 records of about 200 bytes leave a fifth of it free,
    // because cards do not spread evenly.
    public const int MaxRecords = Partitions * 20_000;

    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(30);

    private FilledTopic(EmbeddedBroker broker, string name, int records)
    {
        Broker = broker;
        Name = name;
        Records = records;
    }

    public EmbeddedBroker Broker { get; }

    public string Name { get; }

    public int Records { get; }

    public static FilledTopic Create(int records, CancellationToken cancellation)
    {
        var names = new KafkaOptions();
        var broker = new EmbeddedBroker(new EmbeddedBrokerOptions
        {
            GroupRebalanceDelay = TimeSpan.Zero,
            Topics =
            {
                [names.TransactionsTopic] = Partitions,
                [names.LabelsTopic] = 1,
                [names.AlertsTopic] = 1,
                [names.DeadLetterTopic] = 1,
            },
        });
        try
        {
            Fill(broker, names.TransactionsTopic, records, cancellation);
            return new FilledTopic(broker, names.TransactionsTopic, records);
        }
        catch
        {
            broker.Dispose();
            throw;
        }
    }

    public void Dispose() => Broker.Dispose();

    private static void Fill(EmbeddedBroker broker, string topic, int records, CancellationToken cancellation)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            Partitioner = Partitioner.Murmur2Random,
            // Few large batches: the broker finds them by walking.
            LingerMs = 50,
            QueueBufferingMaxMessages = records + 1,
        }).Build();
        var stream = PaymentStream.Usual("kafka");
        var payment = new Transaction();
        var buffer = new byte[TransactionWriter.MaxLength];
        Error? refused = null;
        for (var number = 0; number < records; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            stream.Fill(payment, number);
            var length = TransactionWriter.Write(payment, buffer);
            producer.Produce(
                topic,
                new Message<byte[], byte[]> { Key = payment.CardId.Utf8.ToArray(), Value = buffer[..length] },
                report => refused = report.Error.IsError ? report.Error : refused);
        }

        if (producer.Flush(FlushTime) > 0 || refused is not null)
        {
            throw new InvalidOperationException($"The topic could not be filled: {refused?.Reason ?? "timed out"}.");
        }
    }
}
