using System.Text;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shadow;
using Fraud.Tests.Http;
using Fraud.Tests.Stream.Scoring;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Scoring.ScoringBench;

namespace Fraud.Tests.Stream.Shadow;

/// <summary>Shadows see what was decided, and never hold it up.</summary>
public sealed class ShadowRingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Score_NobodyReadsTheRing_ScoresAllAndCountsWhatWasDropped()
    {
        using var bench = new ScoringBench(
            LeafModel.Write(_folder, "1", -4), options => options.Shadows.Add(LeafModel.Write(_folder, "2", 4)), new ShadowOptions { QueueCapacity = 16 });

        // On this thread alone: had it waited for room, nobody would ever have made any.
        var scored = bench.Score(Payments("a", 40), Payments("b", 40), Payments("c", 40));

        Assert.Equal(120, scored.Sum(static batch => batch.Payments.ToArray().Count(static payment => payment.State == PaymentState.Scored)));
        var ring = bench.Shadows.Rings[0];
        Assert.Equal((16, 104L), (ring.Count, ring.DroppedPayments));
        Assert.Equal(Enumerable.Range(0, 16).Select(static i => $"a{i}"), bench.Compare().Select(static score => score.TransactionId.ToString()));

        // There is room again.
        bench.Score(Payments("d", 10));
        Assert.Equal((10, 104L), (ring.Count, ring.DroppedPayments));
        Assert.Equal(16, Assert.Single(bench.Shadows.Candidates).Scored);
    }

    [Fact]
    public void Score_WithShadows_LeavesBatchesHeldAsOftenAsWithout()
    {
        using var bench = new ScoringBench(LeafModel.Write(_folder, "1", -4), options => options.Shadows.Add(LeafModel.Write(_folder, "2", 4)));

        var batch = Assert.Single(bench.Score(Payments("a", 3)));

        batch.Release();
        Assert.Throws<InvalidOperationException>(batch.Release);
    }

    [Fact]
    public void Compare_ShadowAndChallenger_KnowsWhoDecidedAndScoresTheRest()
    {
        using var bench = new ScoringBench(LeafModel.Write(_folder, "1", -4), options =>
        {
            options.Challengers.Add(new ChallengerOptions { Model = LeafModel.Write(_folder, "2", 0), Share = 0.5 });
            options.Shadows.Add(LeafModel.Write(_folder, "3", 4));
        });
        bench.Score([.. Enumerable.Range(0, 60).Select(static i => Paid($"p{i}", $"card-{i}"))]);

        var compared = bench.Compare();

        // Each payment with both, whoever decided it; always against the champion's own score.
        Assert.Equal(120, compared.Count);
        Assert.All(compared, static score => Assert.Equal(
            ("1", 0.018f, Decision.Approve), (score.Base.Version, MathF.Round(score.BaseScore, 3), score.BaseDecision)));
        var challenger = compared.Where(static score => score.Candidate.Version == "2").ToList();
        Assert.All(challenger, score => Assert.Equal(
            (0.5f, Decision.Review, bench.Routes.Split.ArmOf(Encoding.UTF8.GetBytes("card-" + score.TransactionId.ToString()[1..])) == 0),
            (score.Score, score.Decision, score.IsDecider)));
        Assert.Contains(challenger, static score => score.IsDecider);
        Assert.Contains(challenger, static score => !score.IsDecider);
        Assert.All(
            compared.Where(static score => score.Candidate.Version == "3"),
            static score => Assert.Equal((Decision.Block, false), (score.Decision, score.IsDecider)));
        Assert.Equal([(60L, 60L), (60L, 60L)], bench.Shadows.Candidates.Select(static candidate => (candidate.Scored, candidate.Disagreed)));
    }

    [Fact]
    public void Compare_ChampionSwappedSince_IsAgainstTheVersionThatDecided()
    {
        using var bench = new ScoringBench(LeafModel.Write(_folder, "1", -4), options => options.Shadows.Add(LeafModel.Write(_folder, "3", 4)));
        bench.Score(Payments("a", 1));
        bench.Champion.Swap(bench.Directory.Load(LeafModel.Write(_folder, "2", 0)));

        var score = Assert.Single(bench.Compare());

        Assert.Equal(("1", Decision.Approve), (score.Base.Version, score.BaseDecision));
    }

    [Fact]
    public void Compare_ShadowOfLists_SeesListsAloneWithTheirColumns()
    {
        var lists = FeatureListModel.Write(_folder);
        using var bench = new ScoringBench(Shipped, options =>
        {
            options.FeatureModel = lists;
            options.Shadows.Add(lists);
        });
        bench.Score([Paid("p", "c"), FeatureList("fraud", -8), Paid("q", "c"), FeatureList("usual", 0)]);

        var compared = bench.Compare();

        Assert.Equal(
            [("fraud", Decision.Block, Decision.Block), ("usual", Decision.Approve, Decision.Approve)],
            compared.Select(static score => (score.TransactionId.ToString(), score.Decision, score.BaseDecision)));
        Assert.Equal(compared[0].BaseScore, compared[0].Score);
    }

    private static Payment[] Payments(string prefix, int count) => [.. Enumerable.Range(0, count).Select(i => Paid($"{prefix}{i}", "card"))];
}
