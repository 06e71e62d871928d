using Fraud.Model;
using Fraud.Model.Evaluation;

namespace Fraud.Tests.Model.Evaluation;

public sealed class BacktestTests
{
    [Fact]
    public void Report_HandMadeHistory_CountsDecisionsAndAmounts()
    {
        var backtest = new Backtest(new DecisionCosts(5, 20));
        backtest.Add(10, Decision.Approve, Decision.Block, isFraud: true, 300_00);
        backtest.Add(10, Decision.Review, Decision.Approve, isFraud: false, 50_00);
        backtest.Add(11, Decision.Block, Decision.Approve, isFraud: true, 40_00);
        backtest.Add(11, Decision.Block, Decision.Block, isFraud: false, 10_00);
        backtest.Add(11, Decision.Approve, Decision.Approve, isFraud: false, 5_00);

        var report = backtest.Report();

        Assert.Equal([new DateOnly(1970, 1, 11), new DateOnly(1970, 1, 12)], report.Days.Select(static day => day.Date));
        var total = report.Total;
        Assert.Equal((5, 2, 340.0, 3, 390.0), (total.Payments, total.Frauds, total.FraudAmount, total.Changed, total.ChangedAmount));
        Assert.Equal((1, 1, 2, 1, 1), (total.Before.FraudsCaught, total.Before.FraudsMissed, total.Before.GenuineFlagged, total.Before.GenuineBlocked, total.Before.GenuinePassed));
        Assert.Equal((40.0, 300.0, 1, 2), (total.Before.AmountCaught, total.Before.AmountMissed, total.Before.Reviews, total.Before.Blocks));
        Assert.Equal((300.0, 40.0, 0, 2), (total.After.AmountCaught, total.After.AmountMissed, total.After.Reviews, total.After.Blocks));
        // Missed 300, one review, one genuine payment blocked; then missed 40 and the same block.
        Assert.Equal((325.0, 60.0), (total.Before.Cost, total.After.Cost));
        Assert.Equal((0.5, 1.0 / 3), (total.Before.Recall, total.Before.Precision));
        Assert.Equal((2, 2), (report.Days[0].Changed, report.Days[0].Payments));
    }
}
