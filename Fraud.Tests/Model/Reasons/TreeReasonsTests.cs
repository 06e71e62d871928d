using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.Reasons;
using Fraud.Model.Scoring;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Reasons;

/// <summary>Reasons by the exact contributions of a model's trees.</summary>
public sealed class TreeReasonsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly OnnxModel _model;
    private readonly ReasonFinder _finder;

    public TreeReasonsTests()
    {
        _model = OnnxModel.Load(Path.Combine(ExplainableModel.Write(_folder), "1"));
        _finder = new ReasonFinder(_model.Manifest, _model.Trees);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Find_Flagged_SaysWhatRaisedTheScoreAndHowFar()
    {
        var reasons = _finder.Find(Features(("amount", 320), ("card_count_1h", 1)), new Transaction(), 3);

        Assert.Matches(
            @"^amount is 320 \(99 % of legitimate payments: up to 150\): raises the log-odds of fraud by [1-9]\.\d\d$", reasons[0]);
        Assert.All(reasons, static reason => Assert.Contains(": raises the log-odds", reason, StringComparison.Ordinal));
        Assert.Equal("amount", ReasonFinder.FactorOf(reasons[0]));
    }

    [Fact]
    public void Find_Approved_SaysWhatMovedTheScoreEitherWay()
    {
        var reasons = _finder.Find(Features(("amount", 120), ("card_count_1h", 2)), new Transaction(), 4, isFlagged: false);

        Assert.Contains(reasons, static reason => reason.Contains(": lowers the log-odds of fraud by ", StringComparison.Ordinal));
        Assert.Contains(reasons, static reason => reason.StartsWith("amount is 120 (98 % of legitimate payments: 1 to 150): ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Find_Max_IsHeldAndTheStrongestComeFirst(int max)
    {
        var features = Features(("amount", 120), ("card_count_1h", 5));
        var explanation = _finder.Explain(features, new Transaction())!;

        var reasons = _finder.Find(features, new Transaction(), max, isFlagged: false);

        Assert.InRange(reasons.Count, Math.Min(max, 2), Math.Min(max, ExplainableModel.Inputs.Length));
        Assert.Equal(explanation.Inputs.Take(reasons.Count).Select(static input => input.Name), reasons.Select(ReasonFinder.FactorOf));
    }

    [Fact]
    public void Find_NothingRaisedTheScore_StillSaysSomething() =>
        Assert.Single(_finder.Find(Features(("amount", 5), ("card_count_1h", 1)), new Transaction(), 1));

    [Fact]
    public void Find_MissingValueAndFlag_AreWrittenInWords()
    {
        var reasons = _finder.Find(Features(("amount", float.NaN), ("is_night", 1)), new Transaction(), 9, isFlagged: false);

        Assert.Contains(reasons, static reason => reason.StartsWith("amount is not known: ", StringComparison.Ordinal));
        Assert.Equal("is_night", ReasonFinder.FactorOf("paid at night is yes: raises the log-odds of fraud by 0.10"));
    }

    [Fact]
    public void Explain_AnyPayment_AddsUpToTheScore()
    {
        using var scorer = _model.CreateScorer(1);
        foreach (var amount in (float[])[1, 99, 180, 300, float.NaN])
        {
            var features = Features(("amount", amount), ("card_count_1h", 4), ("terminal_fraud_share_7d", 0.5f));
            scorer.SetRow(0, new Transaction(), features);

            var margin = _finder.Explain(features, new Transaction())!.Margin;

            Assert.Equal(scorer.Score(1)[0], 1 / (1 + Math.Exp(-margin)), 1e-5);
        }
    }

    [Fact]
    public void FactorOf_ReasonsOfEarlierVersions_AreUnderstood()
    {
        Assert.Equal("amount", ReasonFinder.FactorOf("amount is 220.5 (99 % of legitimate payments: up to 150)"));
        Assert.Equal("V14", ReasonFinder.FactorOf("V14 is -8 (99 % of legitimate payments: from -2)"));
        Assert.Equal("unusual_combination", ReasonFinder.FactorOf("an unusual combination of otherwise usual values"));
        // And every feature is found by its words.
        Assert.All(FeatureCatalog.Names, static name => Assert.Equal(name, ReasonFinder.FactorOf($"{FeatureTexts.Of(name)} is 1: ")));
    }

    private static float[] Features(params (string Name, float Value)[] values)
    {
        var features = new float[FeatureCatalog.Count];
        foreach (var (name, value) in values)
        {
            features[FeatureCatalog.IndexOf(name)] = value;
        }

        return features;
    }
}
