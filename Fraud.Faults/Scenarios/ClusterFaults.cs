using System.Diagnostics;
using System.Globalization;
using Fraud.Faults.Cluster;
using Fraud.Faults.Feed;

namespace Fraud.Faults.Scenarios;

/// <summary>Several nodes at once: who is left serves all, and who comes back joins.</summary>
public static class ClusterFaults
{
    private static readonly TimeSpan BetweenDeaths = TimeSpan.FromSeconds(20);
    // Beyond the 20 s that a node may take to drain.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(40);

    /// <summary>The oldest has the shards' coordinator, and whatever else is one of a cluster.</summary>
    public static Fault OldestOfTwo { get; } = OneOfTwo("two-nodes-oldest", isOldest: true, "the oldest of two nodes: the other serves all");

    public static Fault OtherOfTwo { get; } = OneOfTwo("two-nodes-other", isOldest: false, "the other of two nodes: the oldest serves all");

    public static Fault TwoDeaths { get; } = new("two-deaths", "`kill -9` of two of three nodes, 20 s apart: the last one serves all", static async (run, cancellation) =>
    {
        var since = Stopwatch.GetTimestamp();
        await Kill(run, run.AnyOwner(), cancellation);
        await Wait(BetweenDeaths - Stopwatch.GetElapsedTime(since), cancellation);
        await Kill(run, run.AnyOwner(), cancellation);
        run.OwnsAll(run.Cluster.Nodes.Single());
    })
    {
        // Until the second take-over is seen.
        Inputs = new InputShape { Rate = 200, Stream = 10_000 },
    };

    public static Fault BothRestarted { get; } = new("both-restarted", "`kill -9` of both of two nodes, started again at once", static async (run, cancellation) =>
    {
        var nodes = run.Cluster.Nodes;
        var claims = nodes.SelectMany(run.Cluster.ShardsOf).ToDictionary();
        var since = Stopwatch.GetTimestamp();
        foreach (var node in nodes)
        {
            node.Kill();
        }

        await Task.WhenAll(nodes.Select(node => run.Cluster.StartAgain(node).WaitUntilUp(cancellation)));
        await run.TakenOver(claims, since, cancellation);
        await run.Cluster.WaitOwned(nodes.Count, cancellation);
    })
    {
        Inputs = new InputShape { Rate = 300, Stream = 9_000 },
        Cluster = static _ => new ClusterShape { Nodes = 2 },
    };

    public static Fault RollingRestart { get; } = new(
        "rolling-restart", "each of three nodes in turn: `SIGTERM`, must exit 0, started again, owns shards; callers hear nothing but 200 and 503", static async (run, cancellation) =>
        {
            await using var pauses = new PauseWatch(run.Cluster);
            foreach (var node in run.Cluster.Nodes)
            {
                run.Cluster.Forget(node);
                if (await node.Terminate(LongestStop) is var code and not 0)
                {
                    run.Violation(string.Create(CultureInfo.InvariantCulture, $"{node.Name} ended with {code} after SIGTERM:\n{node.Tail()}"));
                }

                await run.Cluster.StartAgain(node).WaitUntilUp(cancellation);
                await run.Cluster.WaitOwned(3, cancellation);
            }

            await pauses.Report(run);
        })
    {
        // Until the last node is back.
        Inputs = new InputShape { Rate = 150, Stream = 150 * 70 },
        Verify = static run =>
        {
            foreach (var (heard, times) in run.Refusals.Where(static refusal => refusal.Key != "503"))
            {
                run.Violation(string.Create(CultureInfo.InvariantCulture, $"callers heard {heard} {times} times"));
            }
        },
    };

    private static Fault OneOfTwo(string name, bool isOldest, string what) => new(name, "`kill -9` of " + what, async (run, cancellation) =>
    {
        await Kill(run, run.Cluster.Nodes.Single(node => node.HasFormed == isOldest), cancellation);
        run.OwnsAll(run.Cluster.Nodes.Single());
    })
    {
        Inputs = new InputShape { Rate = 400 },
        Cluster = static _ => new ClusterShape { Nodes = 2 },
    };

    private static async Task Kill(FaultRun run, NodeProcess victim, CancellationToken cancellation)
    {
        var shards = run.Cluster.ShardsOf(victim);
        var since = Stopwatch.GetTimestamp();
        victim.Kill();
        run.Cluster.Forget(victim);
        await run.TakenOver(shards, since, cancellation);
    }

    private static Task Wait(TimeSpan left, CancellationToken cancellation) =>
        left > TimeSpan.Zero ? Task.Delay(left, cancellation) : Task.CompletedTask;
}
