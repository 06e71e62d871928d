using Fraud.Model;
using Fraud.Model.Registry;
using Fraud.Stream.Scoring;
using Fraud.Tests.Http;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Scoring.ScoringBench;

namespace Fraud.Tests.Stream.Scoring;

/// <summary>Several models in one group: each payment is decided by its own, and stays in its place.</summary>
public sealed class ModelRoutesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Score_ListsAmongPayments_EachByItsModelInItsPlaceAsAlone()
    {
        using var bench = new ScoringBench(Shipped, options => options.FeatureModel = FeatureListModel.Write(_folder));
        var alone = new[] { 1f, 3f, 9f }.Select(seed => bench.Score([Paid("p", "c", seed)])[0].Payments[0].Score).ToArray();

        var mixed = bench.Score(
            [Paid("p0", "c", 1), FeatureList("l1", -8), Paid("p2", "c", 3)],
            [FeatureList("l3", 0), Paid("p4", "c", 9)]);

        var payments = mixed.SelectMany(static batch => batch.Payments.ToArray()).ToArray();
        Assert.Equal(["p0", "l1", "p2", "l3", "p4"], payments.Select(static payment => payment.Transaction.Id.ToString()));
        Assert.Equal(["payments", "creditcard", "payments", "creditcard", "payments"], payments.Select(static payment => payment.ScoredBy!.Model));
        Assert.Equal(alone, new[] { payments[0].Score, payments[2].Score, payments[4].Score });
        Assert.Equal((Decision.Block, Decision.Approve), (payments[1].Decision, payments[3].Decision));
        Assert.StartsWith("V14", Assert.Single(payments[1].Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Score_PaymentThatBringsColumnsAlong_IsTheChampions()
    {
        using var bench = new ScoringBench(Shipped, options => options.FeatureModel = FeatureListModel.Write(_folder));
        var payment = Paid("p", "c");
        payment.Transaction.HasPayload = true;

        Assert.Equal("payments", bench.Score([payment])[0].Payments[0].ScoredBy!.Model);
    }

    [Fact]
    public void Score_ChampionTakesLists_DecidesThemItself()
    {
        var folder = FeatureListModel.Write(_folder);
        using var bench = new ScoringBench(folder, options => options.FeatureModel = folder);

        Assert.Same(bench.Champion.Current.ScoredBy, bench.Score([FeatureList("l", 0)])[0].Payments[0].ScoredBy);
    }

    [Fact]
    public void Score_Challenger_DecidesExactlyItsCards()
    {
        using var bench = new ScoringBench(LeafModel.Write(_folder, "1", -4), options =>
            options.Challengers.Add(new ChallengerOptions { Model = LeafModel.Write(_folder, "2", 4), Share = 0.3 }));

        var scored = bench.Score([.. Enumerable.Range(0, 100).Select(static i => Paid($"p{i}", $"card-{i}"))])[0].Payments.ToArray();

        foreach (var payment in scored)
        {
            var isChallengers = bench.Routes.Split.ArmOf(payment.Transaction) == 0;
            Assert.Equal(isChallengers ? ("2", Decision.Block) : ("1", Decision.Approve), (payment.ScoredBy!.Version, payment.Decision));
        }

        Assert.InRange(scored.Count(static payment => payment.ScoredBy!.Version == "2"), 15, 45);
    }

    [Fact]
    public void Score_ChampionSwapped_NextGroupHasTheNewOneAndTheOldIsFreed()
    {
        using var bench = new ScoringBench(LeafModel.Write(_folder, "1", -4), options => options.FeatureModel = FeatureListModel.Write(_folder));
        var old = bench.Champion.Current;
        Assert.Equal("1", bench.Score([Paid("a", "c"), FeatureList("l", 0)])[0].Payments[0].ScoredBy!.Version);

        bench.Champion.Swap(bench.Directory.Load(LeafModel.Write(_folder, "2", 0)));

        var after = bench.Score([Paid("b", "c"), FeatureList("m", -8)])[0].Payments.ToArray();
        Assert.Equal(("2", Decision.Review), (after[0].ScoredBy!.Version, after[0].Decision));
        Assert.Equal(("creditcard", Decision.Block), (after[1].ScoredBy!.Model, after[1].Decision));
        Assert.False(old.TryRetain());
    }

    [Fact]
    public void Load_ModelThatCannotServeThere_NamesTheSetting()
    {
        var lists = FeatureListModel.Write(_folder);
        AssertRefused<ModelRefusedException>("Scoring:FeatureModel", static options => options.FeatureModel = Shipped);
        AssertRefused<ModelRefusedException>("Scoring:Challengers:0:Model", options => options.Challengers.Add(new ChallengerOptions { Model = lists, Share = 0.1 }));
        AssertRefused<ModelRefusedException>("Scoring:Shadows:0", options => options.Shadows.Add(lists));
        AssertRefused<DirectoryNotFoundException>("Scoring:Shadows:0", options => options.Shadows.Add(_folder.File("none")));
        AssertRefused<DirectoryNotFoundException>("Scoring:FeatureModel", options => options.FeatureModel = _folder.File("none"));

        static void AssertRefused<T>(string setting, Action<ScoringOptions> configure)
            where T : Exception =>
            Assert.StartsWith(setting + ": expected", Assert.Throws<T>(() => new ScoringBench(Shipped, configure)).Message, StringComparison.Ordinal);
    }
}
