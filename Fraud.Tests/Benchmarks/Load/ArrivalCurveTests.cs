using Fraud.Benchmarks.Load;

namespace Fraud.Tests.Benchmarks.Load;

public sealed class ArrivalCurveTests
{
    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);

    [Fact]
    public void DueAt_Steady_IsEven()
    {
        var curve = new ArrivalCurve([LoadPhase.Steady(20, Ten)]);

        Assert.Equal(200, curve.Total);
        Assert.All(Enumerable.Range(0, 200), n => Assert.Equal(n / 20.0, curve.DueAt(n).TotalSeconds, 3));
    }

    [Theory]
    [InlineData(100, 2_000)]
    [InlineData(2_000, 100)]
    [InlineData(0, 500)]
    [InlineData(500, 0)]
    public void DueAt_Ramp_SendsWhatTheRateSays(double from, double to)
    {
        var curve = new ArrivalCurve([new LoadPhase(from, to, Ten)]);

        Assert.Equal((long)((from + to) * 5), curve.Total);
        for (var second = 0; second < 10; second++)
        {
            // The area under the rate in this second.
            var rate = from + ((to - from) * (second + 0.5) / 10);
            var sent = Enumerable.Range(0, (int)curve.Total).Count(n => (int)curve.DueAt(n).TotalSeconds == second);
            Assert.InRange(sent, rate - 1.5, rate + 1.5);
        }
    }

    [Fact]
    public void DueAt_Phases_AscendsAndJumps()
    {
        var curve = new ArrivalCurve([LoadPhase.Steady(100, Ten), LoadPhase.Steady(2_000, Ten), LoadPhase.Steady(100, Ten)]);
        var times = Enumerable.Range(0, (int)curve.Total).Select(n => curve.DueAt(n)).ToArray();

        Assert.Equal(22_000, times.Length);
        Assert.Equal(times.Order(), times);
        Assert.Equal([1_000, 20_000, 1_000], Enumerable.Range(0, 3).Select(phase => times.Count(time => (int)(time.TotalSeconds / 10) == phase)));
    }

    [Fact]
    public void DueAt_Together_AreDueAtOneMoment()
    {
        var curve = new ArrivalCurve([LoadPhase.Steady(1_000, Ten) with { Together = 500 }]);

        var moments = Enumerable.Range(0, (int)curve.Total).GroupBy(n => curve.DueAt(n)).ToArray();

        Assert.Equal(20, moments.Length);
        Assert.All(moments, static moment => Assert.Equal(500, moment.Count()));
        Assert.Equal(TimeSpan.FromSeconds(0.5), moments[1].Key);
    }

    [Fact]
    public void CountAt_AnyTime_IsTheNumberOfThoseDue()
    {
        var curve = new ArrivalCurve([new LoadPhase(10, 100, Ten), LoadPhase.Steady(50, Ten) with { Together = 50 }]);

        for (var at = 0.05; at < 20; at += 0.37)
        {
            var elapsed = TimeSpan.FromSeconds(at);
            Assert.Equal(Enumerable.Range(0, (int)curve.Total).Count(n => curve.DueAt(n) <= elapsed), curve.CountAt(elapsed));
        }
    }
}
