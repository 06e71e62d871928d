using Fraud.Faults.Feed;

namespace Fraud.Faults.Scenarios;

/// <summary>What senders do to the service.</summary>
public static class InputFaults
{
    public static Fault Poison { get; } = new(
        "poison-records", "200 records among the payments that nobody can decode: not JSON, empty, cut off, negative, 200 kB", static (_, _) => Task.CompletedTask)
    {
        Inputs = new InputShape { Poison = 200 },
    };

    public static Fault Duplicates { get; } = new(
        "duplicates", "every payment twice through Kafka, the second time out of order, and over HTTP at the same time; a node is killed meanwhile",
        NodeFaults.Kill.Inject)
    {
        Inputs = new InputShape { Twice = true, Stream = 4_000, Rate = 500 },
        IsTelling = true,
    };
}
