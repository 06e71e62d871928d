using Fraud.Stream.Registry;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fraud.Tests.Stream.Scoring;

/// <summary>A node that follows the registry.</summary>
public sealed class RegistryWatchTests : IDisposable
{
    private const string Model = "payments";

    private readonly ModelVersions _versions = new();
    private readonly ModelVersions _elsewhere = new();
    private readonly TempFolder _folder = new();
    private readonly Topics _topics = new(partitions: 2);

    [Fact]
    public async Task Watch_PromotionsAndRollback_ServesWhatIsInProduction()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await Host(store).Start();
        var registry = host.Get<ModelRegistry>();
        // The folder's version is there by itself, and served without being promoted.
        Assert.Equal((ModelRegistry.Shipped, ModelStage.None), (registry.Find(Model, "1")!.Origin.Source, registry.Find(Model, "1")!.Stage));
        registry.Register(_elsewhere.Add(2), new VersionOrigin("test"));

        registry.SetStage(Model, "2", ModelStage.Production, "test");
        await Serves(host, "2");
        Assert.Equal("2", (await host.Submit("a", "card-1").Answered).ModelVersion);

        registry.Rollback(Model, "test");
        await Serves(host, "1");
        Assert.Equal("1", (await host.Submit("b", "card-1").Answered).ModelVersion);
        Assert.Empty(host.Log.Of(132));
    }

    [Fact]
    public async Task Watch_NewerFolderWhileOneIsInProduction_IsRegisteredNotServedAndSaidOnce()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await Host(store).Start();
        var registry = host.Get<ModelRegistry>();
        registry.SetStage(Model, "1", ModelStage.Production, "test");
        await Poll.Until(() => host.Log.Of(130).Count() == 1);

        _versions.Add(5);
        await Poll.Until(() => host.Log.Of(134).Any());
        await Ticks(3);

        Assert.Contains("fraud models promote payments 5", Assert.Single(host.Log.Of(134)), StringComparison.Ordinal);
        Assert.Equal("1", host.Get<ModelHolder>().Current.ScoredBy.Version);
        Assert.Equal(ModelRegistry.Shipped, registry.Find(Model, "5")!.Origin.Source);

        // Nothing in Production: the folder's newest again.
        registry.SetStage(Model, "1", ModelStage.Archived, "test");
        await Serves(host, "5");
    }

    [Fact]
    public async Task Watch_ProductionThatCannotBeServed_KeepsTheOldOneSaysSoOnceAndStaysReady()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await Host(store).Start();
        var registry = host.Get<ModelRegistry>();
        registry.Register(_elsewhere.Add(2), new VersionOrigin("test"));
        registry.Register(_elsewhere.Add(3), new VersionOrigin("test"));
        var manifest = registry.Files(Model, "2").Single(static file => file.Name == "manifest.json");
        using (var connection = new SqliteConnection(new StorageOptions { SqliteFile = _folder.File("fraud.db") }))
        {
            // Past the probe of a promotion, as when a disk went bad behind it.
            connection.Execute($"UPDATE model_files SET content = x'00' WHERE sha256 = '{manifest.Sha256}'");
            connection.Execute("UPDATE model_versions SET stage = 2 WHERE version = '2'");
        }

        await Poll.Until(() => host.Log.Of(132).Any());
        await Ticks(3);

        Assert.Contains("version 2", Assert.Single(host.Log.Of(132)), StringComparison.Ordinal);
        Assert.Equal("1", (await host.Submit("a", "card-1").Answered).ModelVersion);
        Assert.Equal(HealthStatus.Healthy, (await host.Get<HealthCheckService>().CheckHealthAsync()).Status);

        registry.SetStage(Model, "3", ModelStage.Production, "test");
        await Serves(host, "3");
    }

    [Fact]
    public async Task Start_OneIsInProduction_ScoresTheFirstPaymentWithIt()
    {
        using (var store = GraphHost.Sqlite(_folder))
        {
            store.Open();
            var registry = new ModelRegistry(new ModelQueries(store.Database), new AliasQueries(store.Database), TimeProvider.System);
            registry.Register(_elsewhere.Add(2), new VersionOrigin("test"));
            registry.SetStage(Model, "2", ModelStage.Production, "test");
        }

        for (var start = 0; start < 2; start++)
        {
            using var store = GraphHost.Sqlite(_folder);
            // Never looks again.
            await using var host = await Host(store, interval: "01:00:00").Start();
            Assert.Equal("2", (await host.Submit($"a{start}", "card-1").Answered).ModelVersion);
        }

        Assert.Single(Directory.GetDirectories(_folder.File("cache/payments")));
    }

    [Fact]
    public async Task Cache_DamagedAndFull_IsFetchedAnewAndTrimmed()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await Host(store, keep: "2").Start();
        var registry = host.Get<ModelRegistry>();
        var cache = host.Get<ModelCache>();
        var folders = new List<string>();
        for (var version = 2; version <= 5; version++)
        {
            folders.Add(cache.Fetch(registry.Register(_elsewhere.Add(version), new VersionOrigin("test"))));
        }

        Assert.Equal(2, Directory.GetDirectories(_folder.File("cache/payments")).Length);
        Assert.True(Directory.Exists(folders[^1]));

        File.WriteAllText(Path.Combine(folders[^1], "manifest.json"), "{}");
        cache.Fetch(registry.Find(Model, "5")!);
        Assert.Equal("5", Fraud.Model.Registry.ModelManifest.Read(folders[^1]).Version);
    }

    public void Dispose()
    {
        _versions.Dispose();
        _elsewhere.Dispose();
        _topics.Dispose();
        _folder.Dispose();
    }

    private GraphHost Host(HookedStore store, string interval = "00:00:00.100", string keep = "4") => new(
        _topics, store, ("Scoring:Model", _versions.Folder), ("Scoring:ModelPollInterval", interval),
        ("Registry:CacheFolder", _folder.File("cache")), ("Registry:KeepCached", keep));

    private static Task Serves(GraphHost host, string version)
    {
        var models = host.Get<ModelHolder>();
        return Poll.Until(() => models.Current.ScoredBy.Version == version);
    }

    // What it does not do cannot be waited for otherwise than by its interval.
    private static Task Ticks(int count)
    {
        var until = TimeProvider.System.GetTimestamp();
        var length = TimeSpan.FromMilliseconds(100 * count);
        return Poll.Until(() => TimeProvider.System.GetElapsedTime(until) > length);
    }
}
