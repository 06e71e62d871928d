using Fraud.Model.Training;

namespace Fraud.Tests.Model.Training;

/// <summary>Scores and frauds small enough to work out on paper.</summary>
public sealed class RankingTests
{
    [Theory]
    [InlineData("perfect", new[] { 0.9f, 0.8f, 0.2f, 0.1f }, new[] { 1, 1, 0, 0 }, 1, 1)]
    [InlineData("worst", new[] { 0.9f, 0.8f, 0.2f, 0.1f }, new[] { 0, 0, 1, 1 }, 0, (1 / 3.0 / 2) + (2 / 4.0 / 2))]
    [InlineData("one pair swapped", new[] { 0.9f, 0.8f, 0.7f, 0.6f }, new[] { 1, 0, 1, 0 }, 0.75, (1 / 2.0) + (2 / 3.0 / 2))]
    [InlineData("unordered", new[] { 0.6f, 0.7f, 0.9f, 0.8f }, new[] { 0, 1, 1, 0 }, 0.75, (1 / 2.0) + (2 / 3.0 / 2))]
    [InlineData("all equal", new[] { 0.5f, 0.5f, 0.5f, 0.5f }, new[] { 1, 0, 0, 0 }, 0.5, 0.25)]
    [InlineData("tie in the middle", new[] { 0.9f, 0.5f, 0.5f, 0.5f, 0.1f }, new[] { 0, 1, 0, 1, 0 }, 0.5, 0.5)]
    [InlineData("tie of both kinds on top", new[] { 0.9f, 0.9f, 0.1f }, new[] { 1, 0, 0 }, 0.75, 0.5)]
    [InlineData("two ties", new[] { 0.9f, 0.9f, 0.4f, 0.4f }, new[] { 1, 0, 1, 0 }, 0.5, (0.5 * 0.5) + (0.5 * 0.5))]
    public void RocAucAndAveragePrecision_SmallCase_AreAsOnPaper(string name, float[] scores, int[] frauds, double auc, double average)
    {
        Assert.Equal(auc, Ranking.RocAuc(scores, i => frauds[i] == 1), 1e-12);
        Assert.True(Math.Abs(average - Ranking.AveragePrecision(scores, i => frauds[i] == 1)) < 1e-12, name);
    }

    [Fact]
    public void RocAuc_ManyTies_EqualsTheShareOfPairsInOrder()
    {
        var random = new Random(6);
        for (var trial = 0; trial < 100; trial++)
        {
            var scores = Enumerable.Range(0, 60).Select(_ => random.Next(12) / 10f).ToArray();
            var frauds = Enumerable.Range(0, 60).Select(_ => random.Next(4) == 0).Append(true).Prepend(false).Take(60).ToArray();
            frauds[1] = true;
            double won = 0, pairs = 0;
            for (var fraud = 0; fraud < 60; fraud++)
            {
                for (var other = 0; other < 60 && frauds[fraud]; other++)
                {
                    if (!frauds[other])
                    {
                        pairs++;
                        won += scores[fraud] > scores[other] ? 1 : scores[fraud] == scores[other] ? 0.5 : 0;
                    }
                }
            }

            Assert.Equal(won / pairs, Ranking.RocAuc(scores, i => frauds[i]), 1e-12);
        }
    }

    [Fact]
    public void RocAucAndAveragePrecision_OneKindOnly_AreNoNumber()
    {
        Assert.Equal(double.NaN, Ranking.RocAuc([0.1f, 0.2f], static _ => true));
        Assert.Equal(double.NaN, Ranking.RocAuc([0.1f, 0.2f], static _ => false));
        Assert.Equal(double.NaN, Ranking.AveragePrecision([0.1f, 0.2f], static _ => false));
        Assert.Equal(double.NaN, Ranking.RocAuc([], static _ => true));
    }

    [Fact]
    public void CardPrecision_TwoDays_LooksAtEachCardOnceFound()
    {
        // Day 1: of cards 1 and 2, card 1 is a fraud. Day 2: card 1 is known, of 2 and 3 none is. Card 4 is never looked at.
        var (rows, scores) = Days(
            (1, 1, 0.9f, true), (1, 2, 0.8f, false), (1, 3, 0.7f, true),
            (2, 1, 0.99f, true), (2, 2, 0.6f, false), (2, 3, 0.5f, false), (2, 4, 0.4f, true));

        Assert.Equal((0.5 + 0) / 2, Ranking.CardPrecision(rows, scores, 2));
        Assert.Equal((2 / 3.0 + 1 / 3.0) / 2, Ranking.CardPrecision(rows, scores, 3), 1e-12);
    }

    [Fact]
    public void CardPrecision_SeveralPaymentsOfACard_TakeTheHighestScoreAndAnyFraud()
    {
        // The fraud has the card's lowest score; what counts is that the card is looked at.
        var (rows, scores) = Days((1, 1, 0.1f, true), (1, 1, 0.9f, false), (1, 2, 0.5f, false));

        Assert.Equal(1, Ranking.CardPrecision(rows, scores, 1));
    }

    [Fact]
    public void CardPrecision_FewerCardsThanK_DividesByK()
    {
        var (rows, scores) = Days((1, 1, 0.9f, true), (1, 2, 0.8f, true));

        Assert.Equal(0.2, Ranking.CardPrecision(rows, scores, 10), 1e-12);
    }

    [Fact]
    public void CardPrecision_EqualScores_TakeTheLowerCard()
    {
        var (rows, scores) = Days((1, 7, 0.5f, true), (1, 3, 0.5f, false));

        Assert.Equal(0, Ranking.CardPrecision(rows, scores, 1));
    }

    [Fact]
    public void CardPrecision_NoRows_IsNoNumber() => Assert.Equal(double.NaN, Ranking.CardPrecision(new Dataset(1), [], 100));

    [Fact]
    public void EvaluationReport_SmallCase_CountsAsOnPaper()
    {
        var rows = new Dataset(1);
        rows.Add([0], true, new RowInfo(1, 1, 1));
        rows.Add([0], true, new RowInfo(1, 2, 2));
        rows.Add([0], true, new RowInfo(1, 3, 2));
        rows.Add([0], false, new RowInfo(1, 4, 0));
        rows.Add([0], false, new RowInfo(1, 5, 0));

        // Scores at a threshold count as flagged, for every figure: 0.04 as a float is less than 0.04.
        var report = EvaluationReport.Of(rows, [0.9f, 0.04f, 0.01f, 0.5f, 0.01f], reviewThreshold: 0.04, blockThreshold: 0.8);

        Assert.Equal(new Confusion(0.04, 2, 1, 1, 1), report.Review);
        Assert.Equal(new Confusion(0.8, 1, 0, 2, 2), report.Block);
        Assert.Equal((2 / 3.0, 2 / 3.0), (report.Review.Precision, report.Review.Recall));
        Assert.Equal((1, 0.5), (report.Recalls[1], report.Recalls[2]));
        Assert.Equal((5, 3), (report.Rows, report.Frauds));
    }

    [Fact]
    public void Confusion_NothingFlagged_HasNoPrecision() => Assert.Equal((0, 0), (new Confusion(1, 0, 0, 5, 5).Precision, new Confusion(1, 0, 0, 5, 5).Recall));

    private static (Dataset Rows, float[] Scores) Days(params (int Day, int Card, float Score, bool Fraud)[] payments)
    {
        var rows = new Dataset(1);
        foreach (var (day, card, _, fraud) in payments)
        {
            rows.Add([0], fraud, new RowInfo(day, card, 0));
        }

        return (rows, [.. payments.Select(static payment => payment.Score)]);
    }
}
