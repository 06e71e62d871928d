using System.Text;

namespace Fraud.Tests.Simulation;

/// <summary>What came of a run.</summary>
/// <param name="Failure">Null when all promises held; else which did not, with all that is needed to see why.</param>
internal sealed record SimulationResult(long Steps, int Faults, ulong Hash, TimeSpan SettledAfter, string? Failure);

/// <summary>
/// Three nodes, a database, Kafka, callers and sharding on one thread, driven by one integer: forty seconds with faults, then a quiet time
/// in which every shard has to open and everything has to be answered.
/// </summary>
internal static class Simulation
{
    // A shard may be fenced by a claim that was late (a pause of 10 s by a slow clock), be handed over (15 s) and wait for a node that has
    // to exit first; callers wait up to 40 s.
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(60);

    private const long MaxSteps = 200_000;

    public static SimulationResult Run(ulong seed, SimModel? model = null)
    {
        var world = new SimWorld(seed, model ?? new SimModel());
        var faults = new SimFaults(world);
        string? failure = null;
        try
        {
            world.RunUntil(SimFaults.End);
            Settle(world);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            failure = Describe(seed, model, world, faults, exception);
        }

        return new SimulationResult(world.Steps, faults.List.Count, world.Trace.Hash, world.Now - SimFaults.End, failure);
    }

    private static void Settle(SimWorld world)
    {
        var end = SimFaults.End + SettleLimit;
        var isProbed = false;
        while (!(isProbed && world.Sharding.IsSettled && world.Clients.AreDone && world.Checker.IsCaughtUp() && world.Checker.AreRowsCaughtUp()
            && world.Checker.AreAlertsCaughtUp()))
        {
            if (world.Sharding.IsSettled && !isProbed)
            {
                isProbed = true;
                for (var shard = 0; shard < world.Shards; shard++)
                {
                    world.Clients.Probe(shard);
                }
            }

            if (world.Now >= end || world.Steps > MaxSteps)
            {
                world.Checker.CheckAll(isSettled: false);
                throw new SimViolation(
                    $"not all shards serve {SettleLimit} after the last fault: {world.Sharding.Describe()}; {world.Checker.DescribeRows()}; {world.Checker.DescribeAlerts()}");
            }

            world.RunUntil(world.Now + TimeSpan.FromMilliseconds(500));
        }

        world.Checker.CheckAll(isSettled: true);
        for (var shard = 0; shard < world.Shards; shard++)
        {
            // One more owner, who finds what a single owner would have.
            world.Store.TryClaim(shard, world.Random.Guid().ToString(), out var head);
            if (!LaneShard.TryRecover(
                head,
                world.Store.ReadSnapshot(shard),
                world.Store.ReadPages(shard, head.SnapshotSequence, head.Sequence),
                world.Window,
                out var state))
            {
                throw new SimViolation($"shard {shard} cannot be recovered");
            }

            world.Checker.Recovered(shard, head.Sequence, state.Cards);
        }
    }

    private static string Describe(ulong seed, SimModel? model, SimWorld world, SimFaults faults, Exception exception)
    {
        var text = new StringBuilder();
        text.Append("Seed ").Append(seed).Append(model is null ? "" : $" ({model.GetType().Name})").Append(": ");
        text.AppendLine(exception is SimViolation ? exception.Message : exception.ToString());
        text.Append("Step ").Append(world.Steps).Append(", ").Append(world.Now.TotalSeconds).AppendLine(" s. Faults:");
        foreach (var fault in faults.List.Order(StringComparer.Ordinal))
        {
            text.AppendLine(fault);
        }

        text.AppendLine("The last steps:");
        foreach (var line in world.Trace.Last())
        {
            text.AppendLine(line);
        }

        text.Append("Again: ./test --simulate --seed ").Append(seed);
        return text.ToString();
    }
}
