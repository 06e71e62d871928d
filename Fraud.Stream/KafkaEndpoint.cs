using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream;

/// <summary>Where Kafka is: the configured one, or an in-process broker that lives as long as this.</summary>
public sealed class KafkaEndpoint : IDisposable
{
    private readonly EmbeddedBroker? _embedded;

    public KafkaEndpoint(KafkaOptions options, ILogger<KafkaEndpoint> log)
    {
        if (options.BootstrapServers.Length > 0)
        {
            BootstrapServers = options.BootstrapServers;
            return;
        }

        _embedded = new EmbeddedBroker(new EmbeddedBrokerOptions
        {
            Topics =
            {
                [options.TransactionsTopic] = options.Partitions,
                [options.LabelsTopic] = 1,
                [options.AlertsTopic] = 1,
                [options.DeadLetterTopic] = 1,
            },
        });
        BootstrapServers = _embedded.BootstrapServers;
        StreamLog.EmbeddedBroker(log, BootstrapServers);
    }

    public string BootstrapServers { get; }

    public bool IsEmbedded => _embedded is not null;

    public void Dispose() => _embedded?.Dispose();
}
