using System.Diagnostics;
using System.Globalization;
using Fraud.Faults.Cluster;
using Fraud.Faults.Feed;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Faults.Scenarios;

/// <summary>Nodes that die, stand still, come and go.</summary>
public static class NodeFaults
{
    private static readonly TimeSpan ChurnPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongStopFor = TimeSpan.FromSeconds(60);

    // Beyond the 20 s that a node may take to drain.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(40);

    public static Fault Kill { get; } = new("kill-node", "`kill -9` of a node that owns shards", static async (run, cancellation) =>
    {
        var victim = run.AnyOwner();
        var shards = run.Cluster.ShardsOf(victim);
        var since = Stopwatch.GetTimestamp();
        victim.Kill();
        run.Cluster.Forget(victim);
        await run.TakenOver(shards, since, cancellation);
    })
    {
        IsTelling = true,
    };

    public static Fault Zombie
    {
        get
        {
            var claims = new Dictionary<int, long>();
            return new Fault("zombie", "`SIGSTOP` of a node until others serve its shards, then `SIGCONT`: it must exit 3 by itself", async (run, cancellation) =>
            {
                var zombie = run.AnyOwner();
                claims.Clear();
                foreach (var (shard, generation) in run.Cluster.ShardsOf(zombie))
                {
                    claims[shard] = generation;
                }

                var since = Stopwatch.GetTimestamp();
                zombie.Stop();
                await run.TakenOver(claims, since, cancellation);
                // The others removed it meanwhile, or do so now (rule 25 of docs/decisions/0011).
                run.Cluster.Forget(zombie);
                zombie.Continue();
                await run.Ends(zombie, NodeProcess.Removed, LongestStop);
            })
            {
                IsTelling = true,
                Verify = run => VerifyFenced(run, claims),
            };
        }
    }

    /// <summary>Longer than anything waits for it: leases, sessions of the store, connections of the others.</summary>
    public static Fault LongStop { get; } = new(
        "long-stop", "`SIGSTOP` of a node for 60 s, then `SIGCONT`: it must exit 3 by itself, is started again and owns shards", static async (run, cancellation) =>
        {
            var stopped = run.AnyOwner();
            var shards = run.Cluster.ShardsOf(stopped);
            var since = Stopwatch.GetTimestamp();
            stopped.Stop();
            await run.TakenOver(shards, since, cancellation);
            await WaitStep(since, LongStopFor, cancellation);
            stopped.Continue();
            await run.Ends(stopped, NodeProcess.Removed, LongestStop);
            await run.Cluster.WaitOwned(3, cancellation);
        })
    {
        // Until it is back; few over HTTP, since a third of them ask a node that takes connections and never answers.
        Inputs = new InputShape { Rate = 100, Stream = 100 * 85, HttpShare = 0.05 },
    };

    /// <summary>The store's claim is another's, who does not serve the shard.</summary>
    public static Fault LateClaim { get; } = new(
        "late-claim", "a claim that was sent long ago reaches the store after others took over", static async (run, cancellation) =>
        {
            var owner = run.AnyOwner();
            var shards = run.Cluster.ShardsOf(owner);
            var since = Stopwatch.GetTimestamp();
            var claims = new Dictionary<int, long>();
            foreach (var shard in shards.Keys)
            {
                // No one removes a node that no cluster knows.
                _ = run.Cluster.Store.TryClaim(shard, new NodeIdentity("late", "http://127.0.0.1:9"), out var head);
                claims.Add(shard, head.Generation);
            }

            await run.TakenOver(claims, since, cancellation);
        });

    public static Fault Churn(TimeSpan duration) => new(
        "node-churn",
        string.Create(CultureInfo.InvariantCulture, $"a node added and one removed (`SIGTERM`, must exit 0) every 10 s for {duration.TotalSeconds:0} s"),
        static async (run, cancellation) =>
        {
            var started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < run.Churn)
            {
                var step = Stopwatch.GetTimestamp();
                var added = run.Cluster.StartNode();
                await added.WaitUntilUp(cancellation);
                await WaitStep(step, ChurnPause / 2, cancellation);
                var leaving = run.AnyOwner();
                var shards = run.Cluster.ShardsOf(leaving);
                var since = Stopwatch.GetTimestamp();
                run.Cluster.Forget(leaving);
                var code = await leaving.Terminate(LongestStop);
                if (code != 0)
                {
                    run.Violation(string.Create(CultureInfo.InvariantCulture, $"{leaving.Name} ended with {code} after SIGTERM:\n{leaving.Tail()}"));
                }

                await run.TakenOver(shards, since, cancellation);
                await WaitStep(step, ChurnPause, cancellation);
            }

            run.Note(string.Create(CultureInfo.InvariantCulture, $"{run.Outages.Count} nodes came and went"));
        })
    {
        // Until the last node has gone, and some more.
        Inputs = new InputShape { Rate = 100, Stream = (int)(100 * (duration.TotalSeconds + 20)) },
    };

    private static Task WaitStep(long since, TimeSpan step, CancellationToken cancellation)
    {
        var left = step - Stopwatch.GetElapsedTime(since);
        return left > TimeSpan.Zero ? Task.Delay(left, cancellation) : Task.CompletedTask;
    }

    /// <summary>Its claims are outdated, and the store refuses writes under them.</summary>
    private static void VerifyFenced(FaultRun run, Dictionary<int, long> claims)
    {
        foreach (var (shard, generation) in claims)
        {
            // All but the generation is as the head has it.
            var head = run.Cluster.Store.ReadHeads([shard])[0];
            var move = new SnapshotMove(shard, generation, head.SnapshotSequence, head.SnapshotSequence);
            if (run.Cluster.Store.SaveCards(new CardSnapshot(move, head.SnapshotLabels, [], [])))
            {
                run.Violation(string.Create(CultureInfo.InvariantCulture, $"shard {shard}: the store took a write under the zombie's generation {generation}"));
            }
        }

        run.Note(string.Create(CultureInfo.InvariantCulture, $"{claims.Count} claims fenced"));
    }
}
