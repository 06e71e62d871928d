using System.CommandLine;
using System.Globalization;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;

namespace Fraud.Cli.Broker;

/// <summary><c>fraud broker</c>: the in-process broker in a process of its own, so that a service can be killed and started again beside it.</summary>
public static class BrokerCommand
{
    public static Command Create()
    {
        var partitions = new Option<int>("--partitions")
        {
            Description = "Partitions of the transactions topic",
            DefaultValueFactory = static _ => new KafkaOptions().Partitions,
        };
        var command = new Command("broker", "Run a small Kafka broker for trying out and tests; its log is short and in memory") { partitions };
        command.SetAction(async (result, stopping) =>
        {
            var names = new KafkaOptions();
            await using var broker = new EmbeddedBroker(new EmbeddedBrokerOptions
            {
                Topics =
                {
                    [names.TransactionsTopic] = result.GetValue(partitions),
                    [names.LabelsTopic] = 1,
                    [names.AlertsTopic] = 1,
                    [names.DeadLetterTopic] = 1,
                },
            });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Kafka {broker.BootstrapServers}"));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        });
        return command;
    }
}
