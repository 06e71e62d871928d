using System.Globalization;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.Reasons;
using Fraud.Model.Registry;

namespace Fraud.Tests.Model.Reasons;

public sealed class ReasonFinderTests
{
    private static readonly string[] Watched = ["amount", "card_count_1h", "terminal_fraud_share_7d"];

    private static readonly ReasonFinder Finder = new(Manifest() with
    {
        Baseline = new Dictionary<string, Quantiles>
        {
            ["amount"] = new(1, 50, 150),
            ["card_count_1h"] = new(1, 1, 3),
            ["terminal_fraud_share_7d"] = new(0, 0, 0),
            ["is_night"] = new(0, 0, 0),
        },
    });

    [Fact]
    public void Find_OneUnusual_SaysWhatAndWhatIsUsual() =>
        Assert.Equal(["amount is 220.5 (99 % of legitimate payments: up to 150)"], Find(3, ("amount", 220.5f)));

    [Fact]
    public void Find_Several_FurthestBeyondTheUsualFirst() =>
        // 0.7 spreads beyond for the amount, 2 for the count, 500 for the share, whose usual spread is nothing.
        Assert.Equal(
            ["share of known frauds", "payments of this card in an hour", "amount"],
            Find(9, ("amount", 220), ("card_count_1h", 7), ("terminal_fraud_share_7d", 0.5f))
                .Select(static reason => reason[..reason.IndexOf(" is ", StringComparison.Ordinal)])
                .Select(static text => text.StartsWith("share", StringComparison.Ordinal) ? text[..21] : text));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(9, 3)]
    public void Find_Max_IsHeld(int max, int found) =>
        Assert.Equal(found, Find(max, ("amount", 220), ("card_count_1h", 7), ("terminal_fraud_share_7d", 0.5f)).Count);

    [Fact]
    public void Find_NothingUnusual_StillSaysSomething()
    {
        Assert.Equal(["an unusual combination of otherwise usual values"], Find(3, ("amount", 150)));
        Assert.Empty(Find(0, ("amount", 150)));
    }

    [Fact]
    public void Find_MissingValue_IsNoReason() =>
        Assert.DoesNotContain(Find(9, ("amount", float.NaN), ("card_count_1h", 7)), static reason => reason.StartsWith("amount", StringComparison.Ordinal));

    [Fact]
    public void Find_FeatureWithoutWords_IsNoReason() =>
        Assert.DoesNotContain(Find(9, ("is_night", 1)), static reason => reason.Contains("night", StringComparison.Ordinal));

    [Fact]
    public void Find_FeatureThatTheModelDoesNotTake_IsNoReason() =>
        Assert.Equal(["an unusual combination of otherwise usual values"], Find(9, ("card_count_7d", 1_000)));

    [Fact]
    public void Find_SoonAfterThePreviousPayment_IsAReasonOnlyIfThereWasOne()
    {
        const string name = "card_seconds_since_previous";
        var finder = new ReasonFinder(ModelFolder.Manifest(new ModelInput(name, InputSource.Profile)) with
        {
            Baseline = new Dictionary<string, Quantiles> { [name] = new(266, 21_997, 330_135) },
        });
        var features = new float[FeatureCatalog.Count];
        features[FeatureCatalog.IndexOf(name)] = 3;
        var without = finder.Find(features, 3);
        features[FeatureCatalog.IndexOf("card_count_1h")] = 2;

        Assert.Equal(["an unusual combination of otherwise usual values"], without);
        Assert.Equal(["seconds since this card's previous payment is 3 (99 % of legitimate payments: from 266)"], finder.Find(features, 3));
    }

    [Fact]
    public void Find_ModelOfTheFeatureList_NamesItsColumnsBeyondEitherSide()
    {
        var finder = new ReasonFinder(ModelFolder.Manifest(new ModelInput("V4", InputSource.Payload), new ModelInput("V14", InputSource.Payload)) with
        {
            Baseline = new Dictionary<string, Quantiles> { ["V4"] = new(-2, 0, 2), ["V14"] = new(-2, 0, 2) },
        });
        var payment = new Transaction { HasPayload = true };
        payment.Payload[4] = 3;
        payment.Payload[14] = -8;

        var reasons = finder.Find(new float[FeatureCatalog.Count], payment, 3);

        Assert.Equal(["V14 is -8 (99 % of legitimate payments: from -2)", "V4 is 3 (99 % of legitimate payments: up to 2)"], reasons);
        Assert.Equal(["V14", "V4"], reasons.Select(ReasonFinder.FactorOf));
        payment.HasPayload = false;
        Assert.Single(finder.Find(new float[FeatureCatalog.Count], payment, 3));
    }

    [Fact]
    public void FactorOf_EveryReason_IsTheFeatureThatItIsAbout()
    {
        Assert.Equal(
            ["terminal_fraud_share_7d", "card_count_1h", "amount"],
            Find(9, ("amount", 220), ("card_count_1h", 7), ("terminal_fraud_share_7d", 0.5f)).Select(ReasonFinder.FactorOf));
        Assert.Equal("unusual_combination", ReasonFinder.FactorOf(Find(1, ("amount", 150))[0]));
        Assert.Equal("other", ReasonFinder.FactorOf("something is odd"));
    }

    [Fact]
    public void Find_OtherCulture_WritesTheSameNumbers()
    {
        var before = CultureInfo.CurrentCulture;
        // As in German; made by hand, since a machine may have no cultures installed.
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.Contains("220.5", Find(1, ("amount", 220.5f))[0], StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Find_ShippedModel_ExplainsItsMostFraudulentGoldenRow()
    {
        var manifest = ModelManifest.Read(ModelFolder.Shipped);
        var golden = manifest.Golden.MaxBy(static row => row.Score)!;
        var features = new float[FeatureCatalog.Count];
        for (var column = 0; column < golden.Inputs.Count; column++)
        {
            features[FeatureCatalog.IndexOf(manifest.Inputs[column].Name)] = golden.Inputs[column];
        }

        var reasons = new ReasonFinder(manifest).Find(features, 3);

        Assert.NotEmpty(reasons);
        Assert.All(reasons, static reason => Assert.Contains("99 % of legitimate payments", reason, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Find(int max, params (string Name, float Value)[] values)
    {
        var features = new float[FeatureCatalog.Count];
        foreach (var (name, value) in values)
        {
            features[FeatureCatalog.IndexOf(name)] = value;
        }

        return Finder.Find(features, max);
    }

    private static ModelManifest Manifest() => ModelFolder.Manifest(
        [.. Watched.Append("is_night").Select(static name => new ModelInput(name, InputSource.Profile))]);
}
