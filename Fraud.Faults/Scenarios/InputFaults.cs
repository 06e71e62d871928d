using Fraud.Faults.Cluster;
using Fraud.Faults.Feed;

namespace Fraud.Faults.Scenarios;

/// <summary>What senders do to the service.</summary>
public static class InputFaults
{
    public static Fault Unreadable { get; } = new(
        "unreadable-records", "200 records among the payments that nobody can decode: not JSON, empty, cut off, negative, 200 kB", static (_, _) => Task.CompletedTask)
    {
        Inputs = new InputShape { Unreadable = 200 },
    };

    /// <summary>Each fails the graph of its shard's node three times, however often it comes: rule 19 of docs/decisions/0011.</summary>
    public static Fault Poison { get; } = new(
        "poison", "three payments through Kafka and three over HTTP that the model throws for: dead letters and 500, and nothing else suffers", static async (run, cancellation) =>
        {
            await using var pauses = new PauseWatch(run.Cluster);
            await run.Fed.WaitAsync(cancellation);
            await pauses.Report(run);
        })
    {
        // Long enough that the graphs which they fail begin again before the next one comes.
        Inputs = new InputShape { Poison = 6, Rate = 200, Stream = 200 * 45 },
        Cluster = static folder => new ClusterShape
        {
            Settings = ["Scoring:Model=" + PoisonModel.Write(Directory.CreateDirectory(Path.Combine(folder, "models")).FullName)],
        },
    };

    public static Fault Duplicates { get; } = new(
        "duplicates", "every payment twice through Kafka, the second time out of order, and over HTTP at the same time; a node is killed meanwhile",
        NodeFaults.Kill.Inject)
    {
        Inputs = new InputShape { Twice = true, Stream = 4_000, Rate = 500 },
        IsTelling = true,
    };
}
