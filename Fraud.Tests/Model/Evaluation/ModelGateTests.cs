using Fraud.Model;
using Fraud.Model.Evaluation;

namespace Fraud.Tests.Model.Evaluation;

public sealed class ModelGateTests
{
    private const int Payments = 3_000;

    private static readonly GateRules Rules = new(0, null, 30, 0.95, 300, 42, new DecisionCosts(5, 20));

    private static readonly bool[] Frauds = [.. Enumerable.Range(0, Payments).Select(static i => i % 20 == 0)];

    private static readonly GateRows Rows = new(
        Frauds, [.. Enumerable.Range(0, Payments).Select(static i => i / 3)], [.. Enumerable.Repeat(100_00L, Payments)]);

    [Fact]
    public void Judge_BetterModel_PassesWithItsInterval()
    {
        var report = new ModelGate(Rules).Judge(Rows, Scored("1", 0.4), Scored("2", 0.9));

        Assert.True(report.IsPassed, report.Reason);
        Assert.InRange(report.Gain.Lower, double.Epsilon, report.Gain.Value);
        Assert.Equal((Payments, 150), (report.Payments, report.Frauds));
        Assert.True(report.Challenger.Cost < report.Champion.Cost);
    }

    [Fact]
    public void Judge_WorseModel_IsRefused()
    {
        var report = new ModelGate(Rules).Judge(Rows, Scored("1", 0.9), Scored("2", 0.4));

        Assert.False(report.IsPassed);
        Assert.Contains("average precision", report.Reason, StringComparison.Ordinal);
        Assert.True(report.Gain.Upper < 0);
    }

    [Fact]
    public void Judge_Tie_IsRefused()
    {
        var report = new ModelGate(Rules).Judge(Rows, Scored("1", 0.6), Scored("2", 0.6));

        Assert.False(report.IsPassed);
        Assert.Equal(new Interval(0, 0, 0), report.Gain);
    }

    [Fact]
    public void Judge_BetterByLessThanTheMargin_IsRefused()
    {
        var gain = new ModelGate(Rules).Judge(Rows, Scored("1", 0.6), Scored("2", 0.7)).Gain;
        var report = new ModelGate(Rules with { MinGain = gain.Lower }).Judge(Rows, Scored("1", 0.6), Scored("2", 0.7));

        Assert.True(gain.Lower > 0);
        Assert.False(report.IsPassed);
    }

    [Fact]
    public void Judge_RanksBetterButDecidesDearer_IsRefused()
    {
        // Its thresholds review every payment.
        var challenger = Scored("2", 0.9) with { Policy = new ThresholdPolicy(0, 1.1f) };

        var report = new ModelGate(Rules).Judge(Rows, Scored("1", 0.6), challenger);

        Assert.True(report.Gain.Lower > 0);
        Assert.False(report.IsPassed);
        Assert.Contains("dearer", report.Reason, StringComparison.Ordinal);
    }

    /// <summary>The same ranking, decided better: what ranking alone refuses.</summary>
    [Fact]
    public void Judge_ByCost_PassesWhatSavesAndRanksAlike()
    {
        // Its thresholds let through what the champion reviews in vain.
        var champion = Scored("1", 0.6) with { Policy = new ThresholdPolicy(0.2f, 0.9f) };
        var challenger = Scored("2", 0.6);

        var byRanking = new ModelGate(Rules).Judge(Rows, champion, challenger);
        var byCost = new ModelGate(Rules with { By = GateCriterion.Cost }).Judge(Rows, champion, challenger);

        Assert.False(byRanking.IsPassed);
        Assert.True(byCost.IsPassed, byCost.Reason);
        Assert.True(byCost.Saving.Lower > 0);
        Assert.Contains("a payment costs", byCost.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_ByCost_RefusesWhatSavesTooLittle()
    {
        var champion = Scored("1", 0.6) with { Policy = new ThresholdPolicy(0.2f, 0.9f) };
        var saving = new ModelGate(Rules with { By = GateCriterion.Cost }).Judge(Rows, champion, Scored("2", 0.6)).Saving;

        var report = new ModelGate(Rules with { By = GateCriterion.Cost, MinSaving = saving.Lower }).Judge(Rows, champion, Scored("2", 0.6));

        Assert.False(report.IsPassed);
        Assert.Contains("cost: ", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_ByCost_RefusesWhatRanksSurelyWorse()
    {
        // It knows fewer frauds, and its champion's thresholds review everything.
        var champion = Scored("1", 0.9) with { Policy = new ThresholdPolicy(0, 1.1f) };

        var report = new ModelGate(Rules with { By = GateCriterion.Cost }).Judge(Rows, champion, Scored("2", 0.7));

        Assert.True(report.Saving.Lower > 0, $"{report.Saving}");
        Assert.False(report.IsPassed);
        Assert.Contains("ranks surely worse", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_ByCost_ATie_IsRefused()
    {
        var report = new ModelGate(Rules with { By = GateCriterion.Cost }).Judge(Rows, Scored("1", 0.6), Scored("2", 0.6));

        Assert.False(report.IsPassed);
        Assert.Equal(new Interval(0, 0, 0), report.Saving);
    }

    [Fact]
    public void Judge_TooFewFrauds_DecidesNothing()
    {
        var report = new ModelGate(Rules with { MinFrauds = 151 }).Judge(Rows, Scored("1", 0.4), Scored("2", 0.9));

        Assert.False(report.IsPassed);
        Assert.Contains("150 frauds", report.Reason, StringComparison.Ordinal);
    }

    [Theory]
    // 100.00 at 0.04: expected loss 4, a review costs 5.
    [InlineData(0.04f, 100_00, Decision.Approve)]
    [InlineData(0.06f, 100_00, Decision.Review)]
    // Blocking costs (1 - p) 20: below 5 from 0.75 on.
    [InlineData(0.80f, 100_00, Decision.Block)]
    // 2.00 is never worth a review.
    [InlineData(0.70f, 2_00, Decision.Approve)]
    public void CostPolicy_TakesWhatIsExpectedToCostLeast(float score, long amountMinor, Decision expected) =>
        Assert.Equal(expected, new CostPolicy(new DecisionCosts(5, 20)).Decide(score, amountMinor));

    /// <summary>A model that puts so large a share of the frauds on top, and knows nothing of the rest.</summary>
    private static GateModel Scored(string version, double knows) => new(
        "payments", version,
        [.. Enumerable.Range(0, Payments).Select(i => Frauds[i] && (i / 20 % 100) < knows * 100 ? 0.95f : 0.3f * ((i * 7919 % 1_000) / 1_000f))],
        new ThresholdPolicy(0.5f, 0.9f));
}
