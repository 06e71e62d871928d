using System.Text;
using Confluent.Kafka;
using Fraud.Faults.Cluster;
using Fraud.Model.Decoding;

namespace Fraud.Faults.Feed;

/// <summary>Sends payments, labels and rubbish to the broker; every record is acknowledged or the run fails.</summary>
public sealed class KafkaFeed : IDisposable
{
    private static readonly byte[][] Rubbish =
    [
        "not json"u8.ToArray(), [], "{\"transaction_id\":"u8.ToArray(), [0xff, 0xfe, 0x00], "[1,2,3]"u8.ToArray(),
        """{"transaction_id":"poison","card_id":"card-1","amount":-5}"""u8.ToArray(),
        """{"transaction_id":"poison","card_id":"card-1","amount":"NaN","event_time":"never"}"""u8.ToArray(),
        Encoding.UTF8.GetBytes(new string('x', 200_000)),
    ];

    private readonly IProducer<string, byte[]> _producer;
    private readonly byte[] _buffer = new byte[TransactionWriter.MaxLength];
    private int _unreadable;
    private string? _failure;

    public KafkaFeed(string bootstrapServers) => _producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
    {
        BootstrapServers = bootstrapServers,
        Partitioner = Partitioner.Murmur2Random,
        Acks = Acks.All,
        // Longer than any fault; a record that is sent twice for it is one of the things the service has to bear.
        MessageTimeoutMs = 120_000,
        // The embedded broker finds batches by walking them.
        LingerMs = 20,
        RetryBackoffMs = 50,
        ReconnectBackoffMaxMs = 500,
    }).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();

    public void Send(Input input)
    {
        var length = TransactionWriter.Write(input.ToTransaction(), _buffer);
        Produce(FraudCluster.TransactionsTopic, input.CardId, _buffer.AsSpan(0, length).ToArray());
    }

    public void SendLabel(Input input)
    {
        var length = TransactionWriter.WriteLabel(input.ToLabel(), _buffer);
        Produce(FraudCluster.LabelsTopic, input.CardId, _buffer.AsSpan(0, length).ToArray());
    }

    public void SendUnreadable() => Produce(
        FraudCluster.TransactionsTopic, "card-" + _unreadable.ToString(System.Globalization.CultureInfo.InvariantCulture), Rubbish[_unreadable++ % Rubbish.Length]);

    /// <exception cref="FaultSuiteException">The broker did not take everything.</exception>
    public void Flush(CancellationToken cancellation)
    {
        _producer.Flush(cancellation);
        if (_failure is not null)
        {
            throw new FaultSuiteException("the feed could not send: " + _failure);
        }
    }

    public void Dispose() => _producer.Dispose();

    private void Produce(string topic, string key, byte[] value) => _producer.Produce(
        topic,
        new Message<string, byte[]> { Key = key, Value = value },
        report =>
        {
            if (report.Error.IsError)
            {
                _failure = report.Error.Reason;
            }
        });
}
