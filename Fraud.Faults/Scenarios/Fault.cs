using Fraud.Faults.Cluster;
using Fraud.Faults.Feed;

namespace Fraud.Faults.Scenarios;

/// <summary>Something that breaks while payments come in.</summary>
/// <param name="What">One line for the table's legend.</param>
/// <param name="Inject">Breaks it, repairs it, and measures; the feed goes on meanwhile.</param>
public sealed record Fault(string Name, string What, Func<FaultRun, CancellationToken, Task> Inject)
{
    public InputShape Inputs { get; init; } = new();

    /// <summary>The cluster, given the run's folder.</summary>
    public Func<string, ClusterShape> Cluster { get; init; } = static _ => new ClusterShape();

    /// <summary>Undoes what <see cref="Cluster"/> did to the machine.</summary>
    public Action<string> CleanUp { get; init; } = static _ => { };

    /// <summary>Why it cannot be run on this machine; null when it can.</summary>
    public Func<string?> Missing { get; init; } = static () => null;

    /// <summary>What is asked once everything is stored, beside what the checker asks after every fault.</summary>
    public Action<FaultRun> Verify { get; init; } = static _ => { };

    /// <summary>Part of the short form.</summary>
    public bool IsTelling { get; init; }
}
