using Fraud.Model.Registry;
using Fraud.Model.Training;

namespace Fraud.Tests.Model.Training;

public sealed class ThresholdChoiceTests
{
    [Fact]
    public void CostThresholds_ByHand_AreTheCheapest()
    {
        // A review costs 5, so the fraud of 2 is let pass; blocking 0.95 costs nothing.
        var rows = Rows((0.1f, true, 2), (0.3f, false, 10), (0.5f, true, 100), (0.6f, false, 10), (0.95f, true, 50));
        float[] scores = [0.1f, 0.3f, 0.5f, 0.6f, 0.95f];
        var choice = new CostThresholds(Review: 5, FalseBlock: 50);

        var chosen = choice.Choose(rows, scores);

        Assert.Equal(new ModelThresholds(0.5, 0.61), chosen);
        Assert.Equal(2 + 5 + 5, choice.CostOf(rows, scores, chosen));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CostThresholds_AnyRows_NoOtherPairIsCheaper(int seed)
    {
        var random = new Random(seed);
        var drawn = Enumerable.Range(0, 300)
            .Select(_ => (float)Math.Round(random.NextDouble(), 3))
            .Select(score => (score, random.NextDouble() < score, random.Next(1, 200)))
            .ToArray();
        var rows = Rows(drawn);
        float[] scores = [.. drawn.Select(static row => row.score)];
        var choice = new CostThresholds(7, 40);

        var least = choice.CostOf(rows, scores, choice.Choose(rows, scores));

        for (var review = 1; review <= 100; review++)
        {
            for (var block = review; block <= 100; block++)
            {
                Assert.True(least <= choice.CostOf(rows, scores, new ModelThresholds(review / 100.0, block / 100.0)) + 1e-6, $"{review} {block}");
            }
        }
    }

    [Fact]
    public void PrecisionThresholds_ReachThePrecisionAskedFor()
    {
        var rows = Rows((0.1f, false, 1), (0.3f, true, 1), (0.5f, false, 1), (0.6f, true, 1), (0.95f, true, 1));

        var chosen = new PrecisionThresholds(0.6, 0.95).Choose(rows, [0.1f, 0.3f, 0.5f, 0.6f, 0.95f]);

        Assert.Equal(new ModelThresholds(0.01, 0.51), chosen);
    }

    private static Dataset Rows(params (float Score, bool Fraud, int Amount)[] rows)
    {
        var data = new Dataset(1);
        foreach (var (score, fraud, amount) in rows)
        {
            data.Add([score], fraud, new RowInfo(0, 0, 0, amount));
        }

        return data;
    }
}
