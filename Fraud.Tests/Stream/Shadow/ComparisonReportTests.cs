using Fraud.Model;
using Fraud.Stream.Shadow;

namespace Fraud.Tests.Stream.Shadow;

public sealed class ComparisonReportTests
{
    private static readonly ModelPair Pair = new("payments", "3", "payments", "2");

    [Theory]
    // By hand: 2 (C(12,0) + C(12,1) + C(12,2)) / 2^12 = 2 * 79 / 4096; (|10 - 2| - 1)^2 / 12.
    [InlineData(10, 2, 158.0 / 4096, 49.0 / 12)]
    [InlineData(2, 10, 158.0 / 4096, 49.0 / 12)]
    [InlineData(0, 5, 2.0 / 32, 16.0 / 5)]
    [InlineData(3, 3, 1, 0)]
    [InlineData(0, 0, 1, 0)]
    public void McNemar_SmallCounts_AreAsByHand(long first, long second, double pValue, double statistic)
    {
        Assert.Equal(pValue, McNemar.PValue(first, second), 12);
        Assert.Equal(statistic, McNemar.Statistic(first, second), 12);
    }

    [Fact]
    public void McNemar_LargeCounts_IsAsChiSquareHasIt()
    {
        // (|1000 - 1100| - 1)^2 / 2100 = 4.667, whose tail with one degree of freedom is 0.0307.
        Assert.InRange(McNemar.PValue(1_000, 1_100), 0.0303, 0.0311);
        Assert.Equal(0, McNemar.PValue(0, 1_000_000));
        Assert.InRange(McNemar.PValue(500_000, 500_001), 0.99, 1);
    }

    [Fact]
    public void Of_HandComputedCounts_GivesTheNumbers()
    {
        // Candidate's decision, champion's, label, payments. Flagged is review or block.
        var report = ComparisonReport.Of(
            new ShadowCounts(
                [
                    Counted(Decision.Block, Decision.Approve, true, 10), // only the candidate right
                    Counted(Decision.Approve, Decision.Review, true, 2), // only the champion right
                    Counted(Decision.Review, Decision.Block, true, 6), // both right
                    Counted(Decision.Approve, Decision.Approve, true, 2), // both wrong
                    Counted(Decision.Review, Decision.Review, false, 4), // both wrong
                    Counted(Decision.Approve, Decision.Approve, false, 76), // both right
                    Counted(Decision.Approve, Decision.Approve, null, 80),
                    Counted(Decision.Review, Decision.Approve, null, 20) with { IsDecider = true },
                ],
                [
                    new ScoreBin(Pair, false, 0, 150), new ScoreBin(Pair, false, 500, 49), new ScoreBin(Pair, false, 999, 1),
                    new ScoreBin(Pair, true, 100, 200),
                ]),
            DateTimeOffset.UnixEpoch);

        var one = Assert.Single(report.Comparisons);
        Assert.Equal((200L, 20L), (one.Payments, one.Decided));
        Assert.Equal((10 + 2 + 6 + 20) / 200.0, one.Disagreement, 12);
        Assert.Equal(
            [
                new DecisionPair(Decision.Approve, Decision.Approve, 158), new DecisionPair(Decision.Approve, Decision.Review, 20),
                new DecisionPair(Decision.Approve, Decision.Block, 10), new DecisionPair(Decision.Review, Decision.Approve, 2),
                new DecisionPair(Decision.Review, Decision.Review, 4), new DecisionPair(Decision.Block, Decision.Review, 6),
            ],
            one.Matrix);
        Assert.Equal((0.001, 0.001, 0.501, 0.501), (one.Scores.P01, one.Scores.P50, one.Scores.P90, one.Scores.P99));
        Assert.Equal([0.75, 0, 0, 0, 0, 0.245, 0, 0, 0, 0.005], one.Scores.Histogram);
        Assert.Equal((0.1005, 0.101), (one.ChampionScores.Mean, one.ChampionScores.P99));

        var labelled = one.Labelled!;
        Assert.Equal((100L, 20L), (labelled.Payments, labelled.Frauds));
        // 16 of 20 frauds among 20 flagged; the champion 8 among 12.
        Assert.Equal(new LabelledQuality(20, 16, 0.8, 0.8, 0.8), labelled.Candidate);
        Assert.Equal(new LabelledQuality(12, 8, 8 / 12.0, 0.4, 0.5), labelled.Champion);
        Assert.Equal((10L, 2L, Verdict.Better), (labelled.OnlyCandidateRight, labelled.OnlyChampionRight, labelled.Verdict));
        Assert.Equal(158.0 / 4096, labelled.PValue, 12);
    }

    [Fact]
    public void Of_NothingFlaggedAndNoFrauds_HasNoPrecisionOrRecall()
    {
        var report = ComparisonReport.Of(new ShadowCounts([Counted(Decision.Approve, Decision.Approve, false, 5)], []), DateTimeOffset.UnixEpoch);

        var labelled = Assert.Single(report.Comparisons).Labelled!;
        Assert.Equal(new LabelledQuality(0, 0, null, null, null), labelled.Candidate);
        Assert.Equal((1.0, Verdict.NotShown), (labelled.PValue, labelled.Verdict));
    }

    private static PairedDecisions Counted(Decision candidate, Decision champion, bool? isFraud, long payments) =>
        new(Pair, candidate, champion, isFraud, IsDecider: false, payments);
}
