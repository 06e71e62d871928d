using System.CommandLine;
using Fraud.Cli.Arguments;

namespace Fraud.Cli.Cluster;

/// <summary><c>fraud cluster</c>: several nodes on this machine to try out, a look at those of any cluster, and their certificates.</summary>
public static class ClusterCommand
{
    // Every node its own shard at least, and even shares for 2, 3, 4 and 6 nodes. The same for every number of nodes:
    // the number of shards cannot change once payments are stored.
    private const int Shards = 12;

    public static Command Create() => new("cluster", "Start several nodes on this machine, show the shards of a cluster, or make its certificates.")
    {
        Up(), Status(), CertsCommand.Create(),
    };

    private static Command Up()
    {
        var nodes = Options.Whole("--nodes", "nodes to start", 3, 1, Shards);
        var port = Options.Whole("--port", "port of the first node's front door; the others follow", 8_001, 1, 65_535 - Shards);
        var kafka = Options.Brokers("--kafka", "a real Kafka instead of a broker process of its own", "");
        kafka.DefaultValueFactory = static _ => null!;
        kafka.Validators.Clear();
        var postgres = new Option<string>("--postgres") { Description = "connection string, instead of a PostgreSQL of its own", HelpName = "STRING" };
        var data = new Option<string>("--data") { Description = "folder of its own PostgreSQL", HelpName = "DIR", DefaultValueFactory = static _ => Path.Combine("data", "cluster") };
        var partitions = Options.Whole("--partitions", "partitions of the transactions topic, which are the shards", Shards, 1, 10_000);
        var rate = Options.Number("--rate", "simulated payments a second", 50, 0, 1_000_000);
        var noFeed = Options.Flag("--no-feed", "feed no simulated payments");
        var set = new Option<string[]>("--set") { Description = "any setting of config/fraud.json, for every node", HelpName = "SECTION:NAME=VALUE", AllowMultipleArgumentsPerToken = false };
        var command = new Command("up", "Start a store, a broker and several nodes on this machine; Ctrl-C stops them.")
        {
            nodes, port, kafka, postgres, data, partitions, rate, noFeed, set,
        };
        command.SetAction(async (arguments, stopping) =>
        {
            var error = arguments.InvocationConfiguration.Error;
            var options = new UpOptions
            {
                Nodes = (int)arguments.GetValue(nodes),
                Port = (int)arguments.GetValue(port),
                Kafka = arguments.GetValue(kafka),
                Postgres = arguments.GetValue(postgres),
                Data = arguments.GetValue(data)!,
                Partitions = (int)arguments.GetValue(partitions),
                Rate = arguments.GetValue(noFeed) ? 0 : arguments.GetValue(rate),
                Settings = arguments.GetValue(set) ?? [],
            };
            if (options.Nodes > options.Partitions)
            {
                throw new UsageException($"--nodes: expected at most as many as --partitions, {options.Partitions}: a further node would serve nothing");
            }

            if (options.Settings.Any(static setting => !setting.Contains('=', StringComparison.Ordinal)))
            {
                throw new UsageException("--set: expected SECTION:NAME=VALUE");
            }

            if (options is { Postgres: not null, Kafka: null })
            {
                await error.WriteLineAsync(
                    "cluster: the broker starts with an empty log; if that database has offsets of another Kafka, its first payments may be passed over");
            }

            return await new ClusterUp(options, arguments.InvocationConfiguration.Output, TimeProvider.System).Run(stopping) ? 0 : 1;
        });
        return command;
    }

    private static Command Status()
    {
        var url = Options.Address("--url", "front door of any node", "http://127.0.0.1:8001");
        var watch = Options.Flag("--watch", "show it again every second, until Ctrl-C");
        var json = Options.Json();
        var command = new Command("status", "Show who serves which shard, how far behind, and which nodes there are.") { url, watch, json };
        command.SetAction(async (arguments, stopping) =>
        {
            using var status = new ClusterStatus(arguments.GetValue(url)!, arguments.InvocationConfiguration.Output, TimeProvider.System);
            if (arguments.GetValue(watch))
            {
                await status.Watch(arguments.GetValue(json), stopping);
            }
            else
            {
                await status.Show(arguments.GetValue(json), stopping);
            }

            return 0;
        });
        return command;
    }
}
