using Fraud.Benchmarks.Measuring;

namespace Fraud.Tests.Benchmarks.Measuring;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(0.25, 20)]
    [InlineData(0.5, 30)]
    [InlineData(0.99, 49.6)]
    [InlineData(1, 50)]
    [InlineData(-1, 10)]
    [InlineData(2, 50)]
    public void Percentile_OfFive_InterpolatesBetweenNeighbours(double share, double expected) =>
        Assert.Equal(expected, Statistics.Percentile([10, 20, 30, 40, 50], share), precision: 9);

    [Fact]
    public void Percentile_OfOne_IsIt() => Assert.Equal(7, Statistics.Percentile([7], 0.99));

    [Fact]
    public void Percentile_OfNone_Throws() => Assert.Throws<ArgumentException>(static () => Statistics.Percentile([], 0.5));

    [Theory]
    [InlineData(new double[] { 3, 1, 2 }, 2)]
    [InlineData(new double[] { 4, 1, 2, 3 }, 2.5)]
    public void Median_Unsorted_IsTheMiddle(double[] values, double expected) =>
        Assert.Equal(expected, Statistics.Median(values));

    [Fact]
    public void Spread_Unsorted_HasMedianAndEnds() => Assert.Equal(new Spread(5, 1, 9), Spread.Of([9, 1, 5]));

    [Fact]
    public void Paired_MachineSlowedInOneRound_LeavesTheRatio()
    {
        // The second round ran on half a machine; each pair still says 0.8.
        Sample[] ours = [Of(800), Of(400), Of(800)];
        Sample[] baseline = [Of(1_000), Of(500), Of(1_000)];

        var ratio = Statistics.Paired(ours, baseline, static sample => sample.PerSecond, Statistics.Ratio);

        Assert.Equal(new Spread(0.8, 0.8, 0.8), ratio);
    }

    [Fact]
    public void Paired_Difference_IsOursWithoutTheBaseline()
    {
        var overhead = Statistics.Paired([Of(1_000)], [Of(2_000)], static sample => sample.NanosecondsPerItem, Statistics.Difference);

        Assert.Equal(500_000, overhead.Median);
    }

    [Fact]
    public void Sample_Measures_ArePerItemAndSecond()
    {
        var sample = new Sample(1_000, TimeSpan.FromSeconds(2), AllocatedBytes: 16_000, Cpu: TimeSpan.FromMilliseconds(3));

        Assert.Equal(500, sample.PerSecond);
        Assert.Equal(2_000_000, sample.NanosecondsPerItem);
        Assert.Equal(3_000, sample.CpuNanosecondsPerItem);
        Assert.Equal(16, sample.BytesPerItem);
    }

    private static Sample Of(long itemsInASecond) => new(itemsInASecond, TimeSpan.FromSeconds(1), 0, TimeSpan.Zero);
}
