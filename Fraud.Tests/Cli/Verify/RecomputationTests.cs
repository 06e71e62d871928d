using System.Globalization;
using Fraud.Cli.Verify;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Model.Scoring;
using Fraud.Model.Training;
using Fraud.Stream.Storage;
using Fraud.Tests.Model;
using Fraud.Tests.Model.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Verify;

public sealed class RecomputationTests
{
    private static readonly Lazy<List<(StoredScore Stored, bool IsFraud)>> Served = new(Serve);

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

    private static Recomputation Recompute(Func<StoredScore, StoredScore> change)
    {
        var recomputation = new Recomputation(new ProfileOptions(), Path.Combine(Repository.Root, "models"), skip: 1_000);
        foreach (var (stored, isFraud) in Served.Value)
        {
            recomputation.Add(change(stored with { Features = [.. stored.Features] }), isFraud);
        }

        return recomputation;
    }

    /// <summary>What a service would have stored: labels come a week after their payments, scores in batches.</summary>
    private static List<(StoredScore Stored, bool IsFraud)> Serve()
    {
        const int batch = 64;
        using var model = OnnxModel.Load(ModelFolder.Shipped);
        using var scorer = model.CreateScorer(batch);
        var profile = new LocalProfile(new ProfileOptions(), 3);
        var waiting = new Queue<(int Shard, Label Label)>();
        var served = new List<(StoredScore, bool)>();
        foreach (var rows in SimulatedHistory.Rows(150, seed: 9, days: 30, fraudShare: 0.05).Chunk(batch))
        {
            var features = new float[rows.Length][];
            for (var i = 0; i < rows.Length; i++)
            {
                var payment = new Transaction();
                FeatureReplay.Fill(payment, rows[i]);
                while (waiting.TryPeek(out var due) && due.Label.EventTimeMs <= payment.EventTimeMs - 604_800_000)
                {
                    profile.ApplyLabel(due.Shard, waiting.Dequeue().Label, 1);
                }

                var shard = rows[i].CustomerId % 3;
                features[i] = new float[FeatureCatalog.Count];
                profile.Observe(shard, payment, features[i]);
                scorer.SetRow(i, payment, features[i]);
                if (rows[i].IsFraud)
                {
                    waiting.Enqueue((shard, new Label(payment.Id, payment.CardId, payment.TerminalId, payment.EventTimeMs, true)));
                }
            }

            var scores = scorer.Score(rows.Length);
            for (var i = 0; i < rows.Length; i++)
            {
                served.Add((
                    new StoredScore(
                        rows[i].CustomerId % 3, Text(rows[i].TransactionId), Text(rows[i].CustomerId), Text(rows[i].TerminalId),
                        rows[i].AmountMinor, "EUR", rows[i].UnixSeconds * 1_000, scores[i], "payments", "1", features[i]),
                    rows[i].IsFraud));
            }
        }

        return served;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
