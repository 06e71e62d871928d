using Fraud.Benchmarks;
using Fraud.Benchmarks.Measuring;

namespace Fraud.Tests.Benchmarks.Measuring;

public sealed class RoundsTests
{
    [Fact]
    public async Task RunAsync_TwoContestants_TakeTurnsAndTheFirstRoundDoesNotCount()
    {
        var order = new List<string>();
        var options = new BenchmarkOptions { Rounds = 2, Duration = TimeSpan.FromSeconds(1) };

        var samples = await Rounds.RunAsync([Named("a"), Named("b")], options, static _ => { }, CancellationToken.None);

        Assert.Equal(["a", "b", "a", "b", "a", "b"], order);
        Assert.Equal([3, 5], samples[0].Select(static sample => sample.Items));
        Assert.Equal([4, 6], samples[1].Select(static sample => sample.Items));

        Contestant Named(string name) => new(name, (duration, _) =>
        {
            order.Add(name);
            return Task.FromResult(new Sample(order.Count, duration, 0, TimeSpan.Zero));
        });
    }

    [Fact]
    public async Task RunAsync_Cancelled_Ends()
    {
        using var stopping = new CancellationTokenSource();
        var contestant = new Contestant("stopped", (duration, _) =>
        {
            stopping.Cancel();
            return Task.FromResult(new Sample(1, duration, 0, TimeSpan.Zero));
        });

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => Rounds.RunAsync([contestant], new BenchmarkOptions(), static _ => { }, stopping.Token));
    }

    [Fact]
    public void Meter_WorkThatAllocates_CountsIt()
    {
        var meter = Meter.Start();
        var kept = new byte[1_000_000];
        var sample = meter.Stop(10);
        GC.KeepAlive(kept);

        // Other tests may allocate meanwhile, never take back.
        Assert.True(sample.BytesPerItem >= 100_000);
        Assert.True(sample.Elapsed > TimeSpan.Zero);
    }
}
