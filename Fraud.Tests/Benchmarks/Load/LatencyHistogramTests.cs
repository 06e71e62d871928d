using Fraud.Benchmarks.Load;

namespace Fraud.Tests.Benchmarks.Load;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Quantile_ManyTimes_IsWithinTwoPercentOfTheExact()
    {
        var random = new Random(1);
        var exact = Enumerable.Range(0, 100_000).Select(_ => Math.Exp(random.NextDouble() * 20)).Order().ToArray();
        var histogram = new LatencyHistogram();
        foreach (var microseconds in exact)
        {
            histogram.Record(TimeSpan.FromMicroseconds(microseconds));
        }

        foreach (var share in (double[])[0.01, 0.5, 0.9, 0.99, 0.999, 1])
        {
            var expected = exact[(int)Math.Ceiling(share * exact.Length) - 1];
            Assert.InRange(histogram.Quantile(share).TotalMicroseconds, expected * 0.98 - 2, expected * 1.02 + 2);
        }
    }

    [Fact]
    public void Quantile_Empty_IsZero() => Assert.Equal(TimeSpan.Zero, new LatencyHistogram().Quantile(0.99));

    [Fact]
    public void Add_Two_CountsBothAndKeepsTheLongest()
    {
        var (sum, other) = (new LatencyHistogram(), new LatencyHistogram());
        sum.Record(TimeSpan.FromMilliseconds(1));
        other.Record(TimeSpan.FromMilliseconds(3));

        sum.Add(other);

        Assert.Equal((2, TimeSpan.FromMilliseconds(3)), (sum.Count, sum.Max));
        Assert.InRange(sum.Quantile(0.5).TotalMilliseconds, 1, 1.02);
    }
}
