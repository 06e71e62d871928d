using System.Globalization;
using Confluent.Kafka;
using Fraud.Stream.Ingest;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Kafka;

/// <summary>
/// Asks once a minute how many partitions the transactions topic has. A difference from Kafka:Partitions fails readiness:
/// producers then place cards where no shard looks for them (rule 28 of docs/decisions/0011). Thread-safe.
/// </summary>
public sealed class PartitionCount(KafkaOptions options, KafkaEndpoint kafka, TimeProvider time, ILogger<PartitionCount> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestQuestion = TimeSpan.FromSeconds(2);

    private int _found;

    /// <summary>How many it has, as far as a broker has said; 0 before one did.</summary>
    public int Found => Volatile.Read(ref _found);

    /// <summary>What is wrong, for readiness; null while nothing is known to be.</summary>
    public string? Problem => Found is var found && found > 0 && found != options.Partitions
        ? string.Create(
            CultureInfo.InvariantCulture, $"{options.TransactionsTopic} has {found} partitions, Kafka:Partitions is {options.Partitions}")
        : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Run(Ask, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Ask()
    {
        // Made for each question: one that is kept may forget its brokers when all of them were away (BrokerSilence).
        using var admin = new AdminClientBuilder(new AdminClientConfig(new Dictionary<string, string>(options.Client))
        {
            BootstrapServers = kafka.BootstrapServers,
        })
            // The consumer of the same brokers says what is wrong with them.
            .SetErrorHandler(static (_, _) => { })
            .SetLogHandler(static (_, _) => { })
            .Build();
        int found;
        try
        {
            var topic = admin.GetMetadata(options.TransactionsTopic, LongestQuestion).Topics[0];
            found = topic.Error.IsError ? 0 : topic.Partitions.Count;
        }
        catch (KafkaException)
        {
            // No broker answers; what the last one said stands.
            return;
        }

        if (found == 0)
        {
            // There is no such topic, yet.
            return;
        }

        if (found != Found && found != options.Partitions)
        {
            PartitionsLog.WrongCount(log, options.TransactionsTopic, found, options.Partitions);
        }

        Volatile.Write(ref _found, found);
    }
}
