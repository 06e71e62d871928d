using Fraud.Benchmarks.Load;

namespace Fraud.Tests.Benchmarks.Load;

public sealed class LatenciesTests
{
    [Fact]
    public void Quantile_ManyTimes_IsWithinOnePercentOfTheExact()
    {
        var random = new Random(1);
        var exact = Enumerable.Range(0, 100_000).Select(_ => Math.Exp(random.NextDouble() * 20)).Order().ToArray();
        var histogram = Latencies.NewHistogram();
        foreach (var microseconds in exact)
        {
            histogram.Record(TimeSpan.FromMicroseconds(microseconds));
        }

        foreach (var share in (double[])[0.01, 0.5, 0.9, 0.99, 0.999, 1])
        {
            var expected = exact[(int)Math.Ceiling(share * exact.Length) - 1];
            Assert.InRange(histogram.Quantile(share).TotalMicroseconds, expected * 0.99 - 2, expected * 1.01 + 2);
        }
    }

    [Fact]
    public void Quantile_Empty_IsZero()
    {
        var empty = Latencies.NewHistogram();

        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (empty.Quantile(0.99), empty.Mean()));
    }

    [Fact]
    public void Record_OutsideOfTheRange_CountsAtItsEnds()
    {
        var histogram = Latencies.NewHistogram();

        histogram.Record(TimeSpan.FromMicroseconds(-5));
        histogram.Record(TimeSpan.FromDays(9));

        Assert.Equal(TimeSpan.Zero, histogram.Quantile(0.5));
        Assert.InRange(histogram.Quantile(1).TotalDays, 0.99, 1.01);
    }
}
