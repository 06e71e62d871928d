using System.Diagnostics;
using System.Globalization;
using Fraud.Faults.Processes;
using Fraud.Tests.Support;
using Xunit.Abstractions;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>How soon the shards of a node that ended are served again. Alone: it is a bar in seconds.</summary>
[Collection(RealClusterCollection.Name)]
public sealed class TakeOverTests(RealCluster cluster, ITestOutputHelper output)
{
    // Half of what brokers allow at least by default, for a quick test; the bar is relative to it.
    private static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(3);
    // The worst that a take-over may take, its decision under the lease and recovery included; some 8.5 s are usual.
    private static readonly TimeSpan Bar = TimeSpan.FromSeconds(15);

    // Enough cards that each shard gets some.
    private const int Some = 600;

    [Fact]
    public async Task Node_LeavesAndAnotherDies_TheirShardsAreServedAgainWithinTheBar()
    {
        using var deployment = await Deployment.CreateAsync(cluster);
        await deployment.StartNodeAsync(SessionTimeout);
        var dying = deployment.StartNodeAsync(SessionTimeout);
        var leaving = deployment.StartNodeAsync(SessionTimeout);
        await Task.WhenAll(dying, leaving);
        await deployment.BalancedAsync(nodes: 3);
        deployment.PayAll(0, Some);
        deployment.Flush();
        await deployment.StoredAsync(output, Some);

        await ServedAgain(deployment, await leaving, "node-3-", "TERM", from: Some);
        await deployment.BalancedAsync(nodes: 2);
        await ServedAgain(deployment, await dying, "node-2-", "KILL", from: 2 * Some);
    }

    private async Task ServedAgain(Deployment deployment, OwnedProcess node, string owner, string signal, int from)
    {
        var shards = deployment.Owners().Single(each => each.Key.StartsWith(owner, StringComparison.Ordinal)).ToArray();
        var clock = Stopwatch.StartNew();
        node.Signal(signal);
        // One that leaves by itself still stores what it has read: what counts is what comes after it.
        await Poll.Until(() => !deployment.Owners().Any(each => each.Key.StartsWith(owner, StringComparison.Ordinal))
            && deployment.Owners()[""].Any() is false);
        deployment.PayAll(from, from + Some);
        deployment.Flush();
        var list = string.Join(',', shards.Select(static shard => shard.ToString(CultureInfo.InvariantCulture)));
        var served = $"SELECT count(DISTINCT shard) FROM transactions WHERE shard IN ({list}) AND right(transaction_id, 5)::int >= {from}";
        await Poll.Until(() => deployment.Count(served) == shards.Length);
        var taken = clock.Elapsed;

        output.WriteLine($"SIG{signal}: {shards.Length} shards served again after {taken.TotalSeconds:0.00} s; bar {Bar.TotalSeconds:0} s");
        await deployment.StoredAsync(output, from + Some);
        Assert.InRange(taken, TimeSpan.Zero, Bar);
    }
}
