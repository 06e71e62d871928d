using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Ingest;

/// <summary>Whether the topic of payments is what the settings say.</summary>
internal static class TopicCheck
{
    // Most that a start waits for a broker that is away.
    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A wrong number of shards would look for cards where nobody put them. A broker that does not answer, or has no
    /// such topic yet, is taken at the settings' word until the next consumer asks.
    /// </summary>
    /// <exception cref="KafkaException">The topic has another number of partitions than there are shards.</exception>
    public static void Partitions(Handle client, KafkaOptions options, ILogger log)
    {
        int found;
        try
        {
            using var admin = new DependentAdminClientBuilder(client).Build();
            found = admin.GetMetadata(options.TransactionsTopic, MetadataTimeout).Topics[0].Partitions.Count;
        }
        catch (KafkaException error)
        {
            IngestLog.ClientError(log, error.Error.Code.ToString(), error.Error.Reason);
            return;
        }

        if (found > 0 && found != options.Partitions)
        {
            throw new KafkaException(new Error(ErrorCode.Local_InvalidArg, string.Create(
                CultureInfo.InvariantCulture,
                $"Kafka:Partitions: expected {found}, the number of partitions of {options.TransactionsTopic}, and found {options.Partitions}")));
        }
    }
}
