using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Fraud.Tests.Simulation;

/// <summary>
/// The core of ownership, commit and recovery, of the rows behind the journal and of what leaves it, under faults of every kind (rules 1 to
/// 10, 12, 14 to 16, 18 and 20 of docs/decisions/0011), and the proof that the simulation finds what it is there to find.
/// </summary>
/// <remarks><c>./test --simulate --seeds N</c> runs more seeds, <c>--seed S</c> one of them.</remarks>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int OrdinarySeeds = 200;

    public static TheoryData<int, string> Bugs
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var i = 0; i < SeededBugs.All.Count; i++)
            {
                data.Add(i, SeededBugs.All[i]().GetType().Name);
            }

            return data;
        }
    }

    [Fact]
    public void Seeds_WithFaults_KeepAllPromises()
    {
        var first = Setting("FRAUD_SIMULATE_SEED") ?? 1;
        var count = Setting("FRAUD_SIMULATE_SEED") is null ? Setting("FRAUD_SIMULATE_SEEDS") ?? OrdinarySeeds : 1;
        var clock = Stopwatch.StartNew();
        long steps = 0;
        var slowest = TimeSpan.Zero;
        for (var seed = first; seed < first + count; seed++)
        {
            var result = Simulation.Run(seed);

            Assert.True(result.Failure is null, result.Failure);
            Assert.InRange(result.Steps, 1_000, long.MaxValue);
            Assert.InRange(result.Faults, 5, int.MaxValue);
            steps += result.Steps;
            slowest = result.SettledAfter > slowest ? result.SettledAfter : slowest;
        }

        output.WriteLine(
            $"{count} seeds from {first}, {steps} steps, {clock.Elapsed.TotalSeconds:F1} s; "
            + $"all shards served at most {slowest.TotalSeconds} s after the last fault");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(123_456_789)]
    public void Run_SameSeed_TakesTheSameSteps(ulong seed)
    {
        var first = Simulation.Run(seed);
        var second = Simulation.Run(seed);

        Assert.Equal(first, second);
        Assert.NotEqual(first.Hash, Simulation.Run(seed + 1).Hash);
    }

    [Theory]
    [MemberData(nameof(Bugs))]
    public void Seeds_WithASeededBug_FindIt(int bug, string name)
    {
        for (ulong seed = 1; seed <= OrdinarySeeds; seed++)
        {
            if (Simulation.Run(seed, SeededBugs.All[bug]()).Failure is { } failure)
            {
                output.WriteLine($"{name}: found by seed {seed}\n{failure}");
                Assert.Contains($"--seed {seed}", failure, StringComparison.Ordinal);
                Assert.Equal(failure, Simulation.Run(seed, SeededBugs.All[bug]()).Failure);
                return;
            }
        }

        Assert.Fail($"{name} was not found by {OrdinarySeeds} seeds.");
    }

    private static ulong? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : null;
}
