using Fraud.Cli.Verify;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Stream.History;
using Fraud.Tests.Model;
using Fraud.Tests.Model.Training;
using Fraud.Tests.Stream.Retraining;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Verify;

public sealed class RecomputationTests
{
    private static readonly Lazy<List<ComputedPayment>> Served = new(Serve);

    [Fact]
    public void Add_WhatServingStored_IsIdentical()
    {
        using var recomputation = Recompute(static stored => stored);

        Assert.True(recomputation.IsIdentical);
        Assert.Equal((Served.Value.Count - 1_000, Served.Value.Count - 1_000), (recomputation.Rows, recomputation.Scored));
        Assert.All(
            (string[])["terminal_fraud_streak", "card_unusual_amounts_14d", "terminal_fraud_share_30d"],
            name => Assert.True(recomputation.NotZero[FeatureCatalog.IndexOf(name)] > 0, name));
    }

    [Fact]
    public void Add_FeaturesWereNotKept_ComparesScores()
    {
        using var recomputation = Recompute(static stored => stored with { Features = [] });
        using var wrong = Recompute(static stored => stored with { Features = [], Score = 0.5f });

        Assert.True(recomputation.IsIdentical);
        Assert.Equal((0, recomputation.Rows), (recomputation.Kept, recomputation.Scored));
        Assert.False(wrong.IsIdentical);
    }

    [Fact]
    public void Add_OneFeatureOffByTheLastBit_IsFound()
    {
        var feature = FeatureCatalog.IndexOf("amount_to_card_usual_30d");
        using var recomputation = Recompute(stored =>
        {
            if (stored.TransactionId == Served.Value[^1].Stored.TransactionId)
            {
                stored.Features[feature] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(stored.Features[feature]) + 1);
            }

            return stored;
        });

        Assert.False(recomputation.IsIdentical);
        Assert.Equal((1, 1, 0), (recomputation.FeatureMismatches.Sum(), recomputation.FeatureMismatches[feature], recomputation.ScoreMismatches));
    }

    [Fact]
    public void Add_OtherScore_IsFound()
    {
        using var recomputation = Recompute(static stored => stored with { Score = stored.Score + 0.001f });

        Assert.Equal(recomputation.Rows, recomputation.ScoreMismatches);
        Assert.InRange(recomputation.LargestScoreDifference, 0.0009, 0.0011);
    }

    [Fact]
    public void Add_ModelThatIsNotThere_IsNotCalledIdentical()
    {
        using var recomputation = Recompute(static stored => stored with { ModelVersion = "none" });

        Assert.Equal(0, recomputation.Scored);
        Assert.False(recomputation.IsIdentical);
    }

    private static Recomputation Recompute(Func<HistoryPayment, HistoryPayment> change)
    {
        var recomputation = new Recomputation(Path.Combine(Repository.Root, "models"), skip: 1_000);
        foreach (var (stored, features) in Served.Value)
        {
            recomputation.Add(new ComputedPayment(change(stored with { Features = [.. stored.Features] }), features));
        }

        return recomputation;
    }

    /// <summary>What a service would have stored, and what is computed again of it.</summary>
    private static List<ComputedPayment> Serve()
    {
        using var folder = new TempFolder();
        using var store = FilledStore.Open(folder);
        FilledStore.Fill(store, SimulatedHistory.Rows(150, seed: 9, days: 30, fraudShare: 0.05), ModelFolder.Shipped);
        return [.. new ComputedHistory(store, new ProfileOptions()).Read(0, long.MaxValue, null, CancellationToken.None)];
    }
}
