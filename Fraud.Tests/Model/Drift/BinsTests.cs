using Fraud.Model.Drift;

namespace Fraud.Tests.Model.Drift;

public sealed class BinsTests
{
    [Fact]
    public void Of_ManyValues_CutsThemIntoEqualParts()
    {
        var values = Enumerable.Range(1, 20_000).Select(static i => (float)i).ToArray();
        new Random(1).Shuffle(values);

        var bins = Bins.Of(values);

        var counts = Count(bins, values);
        Assert.Equal(Bins.Wanted + 3, bins.Count);
        Assert.Equal((0, 0, 0), (counts[0], counts[^2], counts[^1]));
        Assert.All(counts[1..^2], static count => Assert.Equal(1_000, count));
    }

    [Fact]
    public void Of_FewDifferentValues_GivesEachItsBin()
    {
        var bins = Bins.Of([0, 0, 0, 0, 1, 1, 2]);

        Assert.Equal([1, 2, 3], new[] { 0f, 1, 2 }.Select(bins.Of));
    }

    [Theory]
    [InlineData(-1f, 0)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(5f, 1)]
    [InlineData(5.1f, 2)]
    [InlineData(float.PositiveInfinity, 2)]
    [InlineData(float.NaN, 3)]
    public void Of_ValuesThatTheReferenceNeverHad_HaveBinsOfTheirOwn(float value, int bin) =>
        Assert.Equal(bin, Bins.Of([5, 5, 5, float.NaN]).Of(value));

    [Fact]
    public void Of_MostlyZero_KeepsTheRestApart()
    {
        var bins = Bins.Of([.. Enumerable.Repeat(0f, 970), .. Enumerable.Range(1, 30).Select(static i => i / 30f)]);

        Assert.Equal(1, bins.Of(0));
        Assert.Equal(2, bins.Of(0.5f));
        Assert.Equal(2, bins.Of(1));
        Assert.Equal(3, bins.Of(1.1f));
    }

    [Fact]
    public void Of_NoNumbers_HasBins() => Assert.Equal(2, Bins.Of([float.NaN, float.NaN]).Of(float.NaN));

    [Fact]
    public void Of_InfiniteValues_HasFiniteEdges() =>
        Assert.All(Bins.Of([float.NegativeInfinity, 1, float.PositiveInfinity]).Edges, static edge => Assert.True(float.IsFinite(edge)));

    private static int[] Count(Bins bins, float[] values)
    {
        var counts = new int[bins.Count];
        foreach (var value in values)
        {
            counts[bins.Of(value)]++;
        }

        return counts;
    }
}
