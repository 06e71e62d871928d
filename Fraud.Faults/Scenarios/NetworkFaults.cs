using System.Diagnostics;
using System.Globalization;
using System.Net;
using Fraud.Faults.Cluster;
using Fraud.Faults.Feed;

namespace Fraud.Faults.Scenarios;

/// <summary>Networks that are cut while both sides live: one serves on, the other refuses.</summary>
public static class NetworkFaults
{
    // Longer than the lease is kept after a decision (release-after, 10 s, in formation.conf), and than it takes to decide.
    private static readonly TimeSpan CutFor = TimeSpan.FromSeconds(25);
    // Nothing is left to hand over, and no one to hand it to.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(4) };

    public static Fault Nodes { get; } = new(
        "network-cut",
        "two nodes that do not reach each other for 25 s, and both the store: one serves all, the other must exit 3, is started again and serves nothing before the network is whole",
        static async (run, cancellation) =>
        {
            var nodes = run.Cluster.Nodes;
            var claims = nodes.ToDictionary(static node => node, run.Cluster.ShardsOf);
            var since = Stopwatch.GetTimestamp();
            run.Cluster.Network!.CutNodes();
            var winner = await OwnerOfAll(run, nodes, cancellation);
            var loser = nodes.Single(node => node != winner);
            await run.TakenOver(claims[loser], since, cancellation);
            await run.Ends(loser, NodeProcess.Removed, LongestEnd);
            run.Note(string.Create(
                CultureInfo.InvariantCulture, $"{loser.Name} had ended {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s after the cut"));
            await StaysAlone(run, winner, since, cancellation);
            run.Cluster.Network.Heal();
            await run.Cluster.WaitOwned(nodes.Count, cancellation);
        })
    {
        Inputs = Long,
        Cluster = static _ => new ClusterShape { Nodes = 2, CanBeCut = true },
    };

    public static Fault NodesAndStore { get; } = new(
        "network-cut-store",
        "two nodes that do not reach each other for 25 s, one of them the store neither: the other serves all, and that one must exit 3 when the network is whole",
        static async (run, cancellation) =>
        {
            var nodes = run.Cluster.Nodes;
            var loser = nodes[run.Random.Next(nodes.Count)];
            var winner = nodes.Single(node => node != loser);
            var claims = run.Cluster.ShardsOf(loser);
            var since = Stopwatch.GetTimestamp();
            run.Cluster.Network!.CutNodes();
            run.Cluster.Network.CutStore(loser.Name);
            await run.TakenOver(claims, since, cancellation);
            await StaysAlone(run, winner, since, cancellation);
            run.Cluster.Network.Heal();
            // What was in flight waited for the store, and may do so until the drain's deadline.
            await run.Ends(loser, NodeProcess.Removed, LongestDrain);
            await run.Cluster.WaitOwned(nodes.Count, cancellation);
        })
    {
        Inputs = Long,
        Cluster = static _ => new ClusterShape { Nodes = 2, CanBeCut = true },
    };

    // Until the cut is over and the node that was removed has shards again; few over HTTP, since half of them ask a node that lets
    // them wait.
    private static InputShape Long => new() { Rate = 200, Stream = 200 * 50, HttpShare = 0.05 };

    private static async Task<NodeProcess> OwnerOfAll(FaultRun run, IReadOnlyList<NodeProcess> nodes, CancellationToken cancellation)
    {
        while (true)
        {
            if (nodes.FirstOrDefault(node => run.Cluster.ShardsOf(node).Count == FraudCluster.Partitions) is { } owner)
            {
                return owner;
            }

            await Task.Delay(Look, cancellation);
        }
    }

    /// <summary>For as long as the cut lasts, one node has all shards, and every other says that it is not ready.</summary>
    private static async Task StaysAlone(FaultRun run, NodeProcess winner, long since, CancellationToken cancellation)
    {
        var asked = 0;
        while (Stopwatch.GetElapsedTime(since) < CutFor)
        {
            run.OwnsAll(winner);
            foreach (var other in run.Cluster.Nodes.Where(node => node != winner && node.Url is not null))
            {
                asked++;
                if (await IsReady(other.Url!, cancellation))
                {
                    run.Violation($"{other.Name} says that it is ready, cut off from {winner.Name}");
                }
            }

            if (run.Violations.Count > 0)
            {
                return;
            }

            await Task.Delay(Look, cancellation);
        }

        run.Note($"{winner.Name} served alone; the other was asked {asked} times whether it is ready");
    }

    private static async Task<bool> IsReady(Uri node, CancellationToken cancellation)
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri(node, "/health/ready"), cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
