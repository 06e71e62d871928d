using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Shadow;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

/// <content>Scores of models that are compared.</content>
public abstract partial class FraudStoreContract
{
    private static readonly ModelPair Compared = new("payments", "2", "payments", "1");
    private static readonly ShadowRetention KeepAll = new(1_000_000, 0);

    [Fact]
    public void Shadows_AddedAndLabelled_AreCountedByDecisionLabelAndScore()
    {
        Shadows.Add(
            [
                Shadowed("fraud", 0.9996f, Decision.Block), Shadowed("legitimate", 0.5f, Decision.Review) with { IsDecider = true },
                Shadowed("unknown", 0.0205f), Shadowed("old", 0.0205f) with { ScoredAtMs = 500 },
            ],
            KeepAll);
        Store.CommitLabels("labels", 0, 1, [Known("fraud", isFraud: true), Known("legitimate", isFraud: false)]);

        var counts = Shadows.Count(0, 0);

        Assert.Equal(
            [
                new PairedDecisions(Compared, Decision.Approve, Decision.Approve, null, false, 2),
                new PairedDecisions(Compared, Decision.Review, Decision.Approve, false, true, 1),
                new PairedDecisions(Compared, Decision.Block, Decision.Approve, true, false, 1),
            ],
            counts.Decisions.OrderBy(static each => each.Decision));
        Assert.Equal([(20, 2L), (500, 1L), (999, 1L)], counts.Scores.Where(static bin => !bin.IsBase).Select(static bin => (bin.Bin, bin.Payments)));
        Assert.Equal((250, 4L), counts.Scores.Where(static bin => bin.IsBase).Select(static bin => (bin.Bin, bin.Payments)).Single());

        // What was scored before 800 and has no label is legitimate now, and what was before 600 is not asked for.
        Assert.Contains(Shadows.Count(0, 800).Decisions, static each => each is { IsFraud: false, Decision: Decision.Approve, Payments: 1 });
        Assert.Equal(3, Shadows.Count(600, 0).Decisions.Sum(static each => each.Payments));
    }

    [Fact]
    public void Shadows_AddedTwice_AreCountedOnce()
    {
        Shadows.Add([Shadowed("a", 0.125f)], KeepAll);
        Shadows.Add([Shadowed("a", 0.25f), Shadowed("a", 0.375f) with { Candidate = new ScoredBy("payments", "3", 0.5f, 0.9f) }], KeepAll);

        Assert.Equal([("2", 125), ("3", 375)], Shadows.Count(0, 0).Scores.Where(static bin => !bin.IsBase).Select(static bin => (bin.Pair.Version, bin.Bin)));
    }

    [Fact]
    public void Shadows_TooManyOrTooOld_TheOldestLeave()
    {
        for (var page = 0; page < 8; page++)
        {
            Shadows.Add([.. Enumerable.Range(0, 10).Select(i => Shadowed($"p{page}-{i}", page / 8f))], new ShadowRetention(25, 0));
        }

        Assert.Equal(25, Rows());
        Assert.Equal([625, 750, 875], Shadows.Count(0, 0).Scores.Where(static bin => !bin.IsBase).Select(static bin => bin.Bin));

        Shadows.Add(
            [.. Enumerable.Range(0, 20).Select(static i => Shadowed($"new-{i}", 0.5f) with { ScoredAtMs = 2_000 })], new ShadowRetention(1_000, 1_500));
        Assert.Equal(20, Rows());

        long Rows() => Shadows.Count(0, 0).Decisions.Sum(static each => each.Payments);
    }

    private ShadowQueries Shadows => new(Store.Database);

    private static ShadowScore Shadowed(string id, float score, Decision decision = Decision.Approve) => new(
        ShortText.From(id), new ScoredBy("payments", "2", 0.5f, 0.9f), score, decision, new ScoredBy("payments", "1", 0.5f, 0.9f), 0.25f,
        Decision.Approve, IsDecider: false, ScoredAtMs: 1_000);
}
