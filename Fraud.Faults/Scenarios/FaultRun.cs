using System.Diagnostics;
using System.Globalization;
using Fraud.Faults.Cluster;

namespace Fraud.Faults.Scenarios;

/// <summary>One run of a fault: what it may break, and what it has to say.</summary>
/// <param name="isOver">Whether everything was fed and stored: then nothing is left to show who serves.</param>
/// <param name="refusals">What callers heard instead of 200, with how often.</param>
public sealed class FaultRun(
    FraudCluster cluster, Random random, TimeSpan churn, Func<bool> isOver, Func<IReadOnlyDictionary<string, int>> refusals)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly List<TimeSpan> _outages = [];
    private readonly List<string> _notes = [];
    private readonly List<string> _violations = [];

    public FraudCluster Cluster => cluster;

    public Random Random => random;

    /// <summary>How long nodes are to come and go.</summary>
    public TimeSpan Churn => churn;

    /// <summary>How long shards were not served: from a node's loss, or from the end of a fault that hit all.</summary>
    public IReadOnlyList<TimeSpan> Outages => _outages;

    /// <summary>Completes when the last payment of the stream was sent.</summary>
    public required Task Fed { get; init; }

    /// <inheritdoc cref="Feed.HttpFeed.Refusals"/>
    public IReadOnlyDictionary<string, int> Refusals => refusals();

    public IReadOnlyList<string> Notes => _notes;

    public IReadOnlyList<string> Violations => _violations;

    public void Note(string note) => _notes.Add(note);

    public void Violation(string violation) => _violations.Add(violation);

    /// <summary>How long a shard was not served, as a scenario measured it itself.</summary>
    public void Outage(TimeSpan outage) => _outages.Add(outage);

    /// <summary>Demands that one node, and no other, owns every shard now.</summary>
    public void OwnsAll(NodeProcess node)
    {
        if (cluster.ShardsOf(node).Count is var shards and not FraudCluster.Partitions)
        {
            Violation(string.Create(CultureInfo.InvariantCulture, $"{node.Name} owns {shards} of {FraudCluster.Partitions} shards"));
        }
    }

    /// <summary>Demands how a process ended that has to end by itself.</summary>
    public async Task Ends(NodeProcess node, int code, TimeSpan deadline)
    {
        var ended = await node.WaitForEnd(deadline);
        if (ended != code)
        {
            Violation(string.Create(CultureInfo.InvariantCulture, $"{node.Name} ended with {ended}, expected {code}:\n{node.Tail()}"));
        }
    }

    /// <summary>A node with shards, drawn by lot.</summary>
    public NodeProcess AnyOwner()
    {
        var owners = cluster.Nodes.Where(node => cluster.ShardsOf(node).Count > 0).ToArray();
        return owners.Length > 0 ? owners[random.Next(owners.Length)] : throw new FaultSuiteException("no node owns a shard");
    }

    /// <summary>Waits until others have claimed the shards and stored records of each.</summary>
    /// <param name="lost">Shards with the generation of the claim that ended.</param>
    /// <param name="since">Timestamp of the loss.</param>
    public Task TakenOver(IReadOnlyDictionary<int, long> lost, long since, CancellationToken cancellation) =>
        Served(lost, since, cancellation);

    /// <summary>Waits until records of every shard were stored again.</summary>
    public Task Recovered(CancellationToken cancellation) => Served(
        Enumerable.Range(0, FraudCluster.Partitions).ToDictionary(static shard => shard, static _ => 0L), Stopwatch.GetTimestamp(), cancellation);

    private async Task Served(IReadOnlyDictionary<int, long> lost, long since, CancellationToken cancellation)
    {
        var before = new Dictionary<int, long>();
        var open = lost.Keys.ToHashSet();
        while (open.Count > 0)
        {
            foreach (var row in cluster.TryReadHeads())
            {
                // By Kafka's offsets: the front door serves on while a broker is away.
                if (before.TryAdd(row.Shard, row.NextOffset ?? 0))
                {
                    continue;
                }

                if (open.Contains(row.Shard) && row.Generation > lost[row.Shard] && row.NextOffset > before[row.Shard])
                {
                    open.Remove(row.Shard);
                }
            }

            if (open.Count > 0)
            {
                if (isOver())
                {
                    Note("nothing was left to come when the fault was over");
                    return;
                }

                await Task.Delay(Look, cancellation);
            }
        }

        if (lost.Count > 0)
        {
            _outages.Add(Stopwatch.GetElapsedTime(since));
        }
    }
}
