using Fraud.Model.Registry;
using Fraud.Stream.Registry;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shadow;
using Fraud.Stream.Storage;
using Fraud.Tests.Http;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Scoring;

/// <summary>A node that follows who is shadow and challenger in the registry.</summary>
public sealed class RegistryRolesTests : IDisposable
{
    private const string Model = "leaf";

    private readonly TempFolder _folder = new();
    private readonly TempFolder _elsewhere = new();
    private readonly Topics _topics = new(partitions: 2);

    public void Dispose()
    {
        _topics.Dispose();
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task Challenger_NamedMovedAndTakenAway_DecidesItsCardsWhileItIsNamed()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await Host(store, ("Scoring:ChallengerShare", "0.5")).Start();
        var registry = Registry(host, ("2", 0), ("3", 4));
        var split = host.Get<ModelRoutes>().Split;
        var theirs = Card(split, 0);
        var others = Card(split, CardSplit.Champion);
        Assert.Equal("1", await Decides(host, theirs));

        registry.SetAlias(Model, "challenger", "2", "test");
        await Sits(host, ("2", true));
        Assert.Equal(("2", "1"), (await Decides(host, theirs), await Decides(host, others)));

        registry.SetAlias(Model, "challenger", "3", "test");
        await Sits(host, ("3", true));
        Assert.Equal(("3", "1"), (await Decides(host, theirs), await Decides(host, others)));

        registry.RemoveAlias(Model, "challenger", "test");
        await Sits(host);
        Assert.Equal(("1", "1"), (await Decides(host, theirs), await Decides(host, others)));
        Assert.Equal(2, host.Log.Of(141).Count());
        Assert.Equal(2, host.Log.Of(142).Count());
    }

    [Fact]
    public async Task Roles_StagingShadowAndPromotion_EachVersionIsComparedOnceAndNotWithItself()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await Host(store, ("Scoring:ShadowStaging", "true")).Start();
        var registry = Registry(host, ("2", 0), ("3", 4));

        registry.SetStage(Model, "2", ModelStage.Staging, "test");
        await Sits(host, ("2", false));

        // Without a share a challenger is a shadow. The version in Staging that is named, too, is there once.
        registry.SetAlias(Model, "challenger", "3", "test");
        registry.SetAlias(Model, "shadow", "2", "test");
        await Sits(host, ("3", false), ("2", false));

        registry.SetStage(Model, "3", ModelStage.Production, "test");
        await Sits(host, ("2", false));
        Assert.Equal("3", host.Get<ModelHolder>().Current.ScoredBy.Version);
    }

    [Fact]
    public async Task Shadow_ThatCannotBeServed_IsSaidOnceAndNobodyIs()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await Host(store).Start();
        var registry = Registry(host, ("2", 0), ("3", 4));
        registry.SetAlias(Model, "shadow", "2", "test");
        await Sits(host, ("2", false));
        var manifest = registry.Files(Model, "3").Single(static file => file.Name == "manifest.json");
        using (var connection = new SqliteConnection(new StorageOptions { SqliteFile = _folder.File("fraud.db") }))
        {
            connection.Execute($"UPDATE model_files SET content = x'00' WHERE sha256 = '{manifest.Sha256}'");
            Assert.Throws<ModelRefusedException>(() => registry.SetAlias(Model, "shadow", "3", "test"));
            // Past that probe, as when a disk went bad behind it.
            connection.Execute("UPDATE model_aliases SET version = '3' WHERE alias = 'shadow'");
        }

        await Sits(host);
        var looks = TimeProvider.System.GetTimestamp();
        await Poll.Until(() => TimeProvider.System.GetElapsedTime(looks) > TimeSpan.FromMilliseconds(300));

        Assert.Contains("version 3", Assert.Single(host.Log.Of(143)), StringComparison.Ordinal);
        Assert.Equal("1", await Decides(host, "card-1"));
    }

    [Fact]
    public async Task FeatureModel_PromotedInTheRegistry_IsServedForLists()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await Host(store, ("Scoring:FeatureModel", FeatureListModel.Write(_folder))).Start();
        var registry = host.Get<ModelRegistry>();
        var features = host.Get<ModelRoutes>().Features!;
        Assert.Equal(ModelRegistry.Shipped, registry.Find("creditcard", "1")!.Origin.Source);
        var second = FeatureListModel.Write(_elsewhere);
        var manifest = Path.Combine(second, "1", "manifest.json");
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("\"version\": \"1\"", "\"version\": \"2\"", StringComparison.Ordinal));
        registry.Register(Path.Combine(second, "1"), new VersionOrigin("test"));

        registry.SetAlias("creditcard", "shadow", "2", "test");
        await Sits(host, ("2", false));
        registry.SetStage("creditcard", "2", ModelStage.Production, "test");
        await Poll.Until(() => features.Current.ScoredBy.Version == "2");
        await Sits(host);

        registry.SetStage("creditcard", "2", ModelStage.Archived, "test");
        await Poll.Until(() => features.Current.ScoredBy.Version == "1");
    }

    private GraphHost Host(HookedStore store, params (string, string)[] settings) => new(
        _topics, store, [
            ("Scoring:Model", LeafModel.Write(_folder, "1", -4)), ("Scoring:ModelPollInterval", "00:00:00.100"),
            ("Registry:CacheFolder", _folder.File("cache")), .. settings,
        ]);

    private ModelRegistry Registry(GraphHost host, params (string Version, double Logit)[] versions)
    {
        var registry = host.Get<ModelRegistry>();
        foreach (var (version, logit) in versions)
        {
            registry.Register(LeafModel.Write(_elsewhere, version, logit), new VersionOrigin("test"));
        }

        return registry;
    }

    private static string Card(CardSplit split, int arm) =>
        Enumerable.Range(0, 1_000).Select(static i => $"card-{i}").First(card => split.ArmOf(System.Text.Encoding.UTF8.GetBytes(card)) == arm);

    private static int _payments;

    private static async Task<string> Decides(GraphHost host, string card) =>
        (await host.Submit($"p-{Interlocked.Increment(ref _payments)}", card).Answered).ModelVersion;

    private static Task Sits(GraphHost host, params (string Version, bool IsChallenger)[] wanted)
    {
        var shadows = host.Get<ShadowModels>();
        return Poll.Until(() => shadows.Candidates
            .Select(static one => (one.Models.Occupant?.ScoredBy.Version ?? "", one.IsChallenger)).Order().SequenceEqual(wanted.Order()));
    }
}
