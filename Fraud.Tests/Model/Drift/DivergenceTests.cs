using Fraud.Model.Drift;

namespace Fraud.Tests.Model.Drift;

public sealed class DivergenceTests
{
    [Fact]
    public void Between_TheSameShares_IsNothing()
    {
        var distance = Divergence.Between([0.25, 0.25, 0.5], 1_000_000, [250_000, 250_000, 500_000]);

        Assert.Equal(0, distance.Psi, 1e-9);
        Assert.Equal(0, distance.Ks, 1e-9);
        Assert.Equal(0, distance.Js, 1e-9);
    }

    [Fact]
    public void Between_KnownShares_IsWhatTheFormulasSay()
    {
        // (0.3 - 0.5) ln(0.3 / 0.5) + (0.7 - 0.5) ln(0.7 / 0.5); the middle is 0.4, 0.6.
        var distance = Divergence.Between([0.5, 0.5], 1e9, [300_000_000, 700_000_000]);

        Assert.Equal((0.2 * Math.Log(0.5 / 0.3)) + (0.2 * Math.Log(0.7 / 0.5)), distance.Psi, 1e-6);
        Assert.Equal(0.2, distance.Ks, 1e-6);
        var js = 0.5 * ((0.5 * Math.Log2(0.5 / 0.4)) + (0.3 * Math.Log2(0.3 / 0.4)) + (0.5 * Math.Log2(0.5 / 0.6)) + (0.7 * Math.Log2(0.7 / 0.6)));
        Assert.Equal(js, distance.Js, 1e-6);
    }

    [Fact]
    public void Between_NothingInCommon_IsFinite()
    {
        var distance = Divergence.Between([1, 0], 10_000, [0, 10_000]);

        Assert.True(double.IsFinite(distance.Psi) && distance.Psi > 5);
        Assert.Equal(1, distance.Ks, 1e-9);
        Assert.InRange(distance.Js, 0.99, 1);
    }

    // Tables of the distribution.
    [Theory]
    [InlineData(1, 0.05, 3.841)]
    [InlineData(10, 0.01, 23.209)]
    [InlineData(19, 0.001, 43.820)]
    public void ChiSquare_KnownValues_AreNear(int freedom, double probability, double expected) =>
        Assert.Equal(expected, Divergence.ChiSquare(freedom, probability), expected * 0.03);

    [Fact]
    public void Noise_WithoutDrift_IsRarelyExceeded()
    {
        // 2,000 pairs of samples of the same population: at one in a hundred, 20 are expected to exceed.
        var random = new Random(7);
        int psi = 0, ks = 0, js = 0;
        for (var pair = 0; pair < 2_000; pair++)
        {
            var reference = Sample(random, 4_000);
            var distance = Divergence.Between([.. reference.Select(static count => count / 4_000.0)], 4_000, Sample(random, 1_000));
            var noise = Divergence.Noise(1_000, 4_000, distance.Bins, 0.01);
            psi += distance.Psi > noise.Psi ? 1 : 0;
            ks += distance.Ks > noise.Ks ? 1 : 0;
            js += distance.Js > noise.Js ? 1 : 0;
        }

        Assert.InRange(psi, 5, 40);
        Assert.InRange(js, 5, 40);
        // Bins hide a part of the difference: it exceeds less often.
        Assert.InRange(ks, 0, 30);
    }

    [Fact]
    public void ClockCell_Times_FallIntoTheirBlockOfTheWeek()
    {
        Assert.Equal(0, At("2018-07-30T00:00:00Z"));
        Assert.Equal(11, At("2018-08-03T23:59:59Z"));
        Assert.Equal(12, At("2018-08-04T01:00:00Z"));
        Assert.Equal(18, At("2018-08-05T12:00:00Z"));
        Assert.Equal(11, ClockCell.Of(-1));
        Assert.Equal(6, ClockCell.Twin(18));

        static int At(string moment) =>
            ClockCell.Of(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds());
    }

    private static int[] Sample(Random random, int size)
    {
        var counts = new int[20];
        for (var i = 0; i < size; i++)
        {
            counts[random.Next(20)]++;
        }

        return counts;
    }
}
