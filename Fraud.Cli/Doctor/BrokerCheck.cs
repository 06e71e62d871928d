using System.Globalization;
using Confluent.Kafka;
using Fraud.Stream.Ingest;

namespace Fraud.Cli.Doctor;

/// <summary>Whether a broker answers and has the topics that the service needs.</summary>
internal static class BrokerCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<Finding> Run(KafkaOptions options)
    {
        if (options.BootstrapServers.Length == 0)
        {
            return [Finding.Ok("broker", "none is named: one inside the process, whose log is short and in memory")];
        }

        try
        {
            using var admin = new AdminClientBuilder(new AdminClientConfig(new Dictionary<string, string>(options.Client))
            {
                BootstrapServers = options.BootstrapServers,
            })
                // What it would log is in the finding.
                .SetLogHandler(static (_, _) => { })
                .SetErrorHandler(static (_, _) => { })
                .Build();
            var metadata = admin.GetMetadata(Timeout);
            return
            [
                Finding.Ok("broker", string.Create(CultureInfo.InvariantCulture, $"{metadata.Brokers.Count} broker(s) at {options.BootstrapServers}")),
                Topic(metadata, options.TransactionsTopic, options.Partitions),
                Topic(metadata, options.LabelsTopic, null),
                Topic(metadata, options.AlertsTopic, null),
                Topic(metadata, options.DeadLetterTopic, null),
            ];
        }
        catch (DllNotFoundException)
        {
            return [Finding.Fail("broker", "not asked: librdkafka does not load", "see librdkafka above")];
        }
        catch (Exception error) when (error is KafkaException or ArgumentException or InvalidOperationException)
        {
            var reason = error is KafkaException { Error.Code: var code } ? code.ToString() : "a setting in Kafka:Client is not accepted";
            return
            [
                Finding.Fail(
                    "broker", $"no answer from {options.BootstrapServers} within {Timeout.TotalSeconds:0} s: {reason}",
                    "check Kafka:BootstrapServers (host:port), that the broker runs, firewalls, and security.protocol in Kafka:Client"),
            ];
        }
    }

    private static Finding Topic(Metadata metadata, string name, int? partitions)
    {
        var found = metadata.Topics.Find(topic => topic.Topic == name);
        if (found is null || found.Error.IsError || found.Partitions.Count == 0)
        {
            return Finding.Fail(
                $"topic {name}", "is not there",
                string.Create(CultureInfo.InvariantCulture, $"kafka-topics.sh --bootstrap-server HOST:PORT --create --topic {name} --partitions {partitions ?? 1}"));
        }

        return partitions is { } wanted && found.Partitions.Count != wanted
            ? Finding.Fail(
                $"topic {name}",
                string.Create(CultureInfo.InvariantCulture, $"has {found.Partitions.Count} partitions; Kafka:Partitions says {wanted}"),
                string.Create(CultureInfo.InvariantCulture, $"set Kafka:Partitions to {found.Partitions.Count}: cards are where the topic's partitions put them"))
            : Finding.Ok($"topic {name}", string.Create(CultureInfo.InvariantCulture, $"{found.Partitions.Count} partition(s)"));
    }
}
