using System.Text.Json.Nodes;
using Fraud.Model.Registry;
using Fraud.Stream.Audit;
using Fraud.Stream.Registry;
using Fraud.Stream.Storage;
using Fraud.Tests.Model;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Registry;

/// <summary>What the registry promises, on either store.</summary>
public abstract class ModelRegistryContract : IDisposable
{
    private const string Model = "payments";

    private readonly ModelVersions _versions = new();
    private readonly TempFolder _folder = new();
    private IFraudStore? _store;

    private static readonly VersionOrigin Person = new("somebody", "1", "1.2.3");

    protected IFraudStore Store
    {
        get
        {
            if (_store is null)
            {
                _store = Create();
                _store.Open();
            }

            return _store;
        }
    }

    private ModelRegistry Registry => new(new ModelQueries(Store.Database), new AliasQueries(Store.Database), TimeProvider.System);

    protected abstract IFraudStore Create();

    protected abstract void Execute(string sql);

    public virtual void Dispose()
    {
        _store?.Dispose();
        _versions.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Register_AVersion_KeepsItsFilesLineageAndMetrics()
    {
        var made = Registry.Register(_versions.PathOf(1), Person);

        var found = Registry.Find(Model, "1")!;
        var manifest = ModelManifest.Read(ModelFolder.Shipped);
        Assert.Equal((Model, "1", manifest.Sha256, ModelStage.None), (found.Model, found.Version, found.Sha256, found.Stage));
        Assert.Equal(Person, found.Origin);
        Assert.Equal(manifest.Metrics, found.Metrics);
        Assert.Equal(made.CreatedAt, found.CreatedAt);
        Assert.Empty(found.Aliases);
        Assert.Equal(manifest.Training.Parameters, Registry.ManifestOf(Model, "1").Training.Parameters);
        Assert.Equal(["manifest.json", "model.onnx"], Registry.Files(Model, "1").Select(static file => file.Name));
        Assert.Equal(Model, Assert.Single(Registry.Models()).Name);
        Assert.Equal("model registered", Assert.Single(new AuditQueries(Store.Database).Read(long.MaxValue, 10)).Action);
    }

    [Fact]
    public void Register_TheSameTwice_IsThereOnceAndOtherFilesAreRefused()
    {
        Registry.Register(_versions.PathOf(1), Person);
        Registry.Register(_versions.PathOf(1), new VersionOrigin("other"));
        Assert.Equal(Person, Assert.Single(Registry.List()).Origin);

        var manifest = Path.Combine(_versions.PathOf(1), "manifest.json");
        var changed = JsonNode.Parse(File.ReadAllText(manifest))!;
        changed["thresholds"]!["review"] = 0.01;
        File.WriteAllText(manifest, changed.ToJsonString());

        Assert.Contains("with other files", Assert.Throws<ModelRefusedException>(() => Registry.Register(_versions.PathOf(1), Person)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha256", "SHA-256")]
    [InlineData("golden", "golden row 0")]
    [InlineData("version", "version: expected 1 to 64")]
    public void Register_Spoiled_IsRefusedAndLeavesNothing(string what, string message)
    {
        var path = Path.Combine(_versions.PathOf(1), "manifest.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        _ = what switch
        {
            "sha256" => manifest["sha256"] = new string('0', 64),
            "golden" => manifest["golden"]![0]!["score"] = 0.123,
            _ => manifest["version"] = "../../etc",
        };
        File.WriteAllText(path, manifest.ToJsonString());

        Assert.Contains(message, Assert.Throws<ModelRefusedException>(() => Registry.Register(_versions.PathOf(1), Person)).Message, StringComparison.Ordinal);
        Assert.Empty(Registry.List());
    }

    [Fact]
    public void SetStage_Production_ArchivesTheOneBeforeAndAuditsBoth()
    {
        RegisterTo(2);
        Registry.SetStage(Model, "1", ModelStage.Production, "ann");
        var promoted = Registry.SetStage(Model, "2", ModelStage.Production, "bob", "better");

        Assert.Equal((ModelStage.Production, "2"), (promoted.Stage, Registry.Production(Model)!.Version));
        Assert.Equal(["champion"], promoted.Aliases);
        Assert.Equal(ModelStage.Archived, Registry.Find(Model, "1")!.Stage);
        Assert.Equal("2", Registry.FindAlias(Model, "champion")!.Version);
        Assert.Equal(
            [("1", ModelStage.Production), ("1", ModelStage.Archived), ("2", ModelStage.Production)],
            Registry.History(Model).Select(static change => (change.Version, change.To)));
        var last = new AuditQueries(Store.Database).Read(long.MaxValue, 1)[0];
        Assert.Equal(("bob", "model promoted", "payments version 2"), (last.Actor, last.Action, last.Subject));
        Assert.Equal("None to Production, in place of version 1: better", last.Detail);

        // Once more is no change.
        Registry.SetStage(Model, "2", ModelStage.Production, "bob");
        Assert.Equal(last.Id, new AuditQueries(Store.Database).Read(long.MaxValue, 1)[0].Id);
    }

    [Fact]
    public void Rollback_AfterSeveralPromotions_GoesBackOneByOneAndThenRefuses()
    {
        RegisterTo(3);
        foreach (var version in (string[])["1", "2", "3"])
        {
            Registry.SetStage(Model, version, ModelStage.Production, "ann");
        }

        Assert.Equal("2", Registry.Rollback(Model, "ann").Version);
        Assert.Equal("1", Registry.Rollback(Model, "ann").Version);
        Assert.Contains("there is none", Assert.Throws<ModelRefusedException>(() => Registry.Rollback(Model, "ann")).Message, StringComparison.Ordinal);

        // A promotion begins anew from where things are.
        Registry.SetStage(Model, "3", ModelStage.Production, "ann");
        Assert.Equal("1", Registry.Rollback(Model, "ann").Version);
        Assert.Equal("model rolled back", new AuditQueries(Store.Database).Read(long.MaxValue, 1)[0].Action);
    }

    [Fact]
    public void Rollback_OfTheFirstPromotion_PutsBackWhatNodesServedFromTheirFolders()
    {
        Registry.Register(_versions.PathOf(1), new VersionOrigin(ModelRegistry.Shipped));
        Registry.Register(_versions.Add(2), Person);
        Registry.SetStage(Model, "2", ModelStage.Production, "ann");

        Assert.Equal("1", Registry.Rollback(Model, "ann").Version);
    }

    [Fact]
    public void Rollback_AfterProductionWasArchived_BringsItBack()
    {
        RegisterTo(1);
        Registry.SetStage(Model, "1", ModelStage.Production, "ann");
        Registry.SetStage(Model, "1", ModelStage.Archived, "ann");
        Assert.Null(Registry.Production(Model));

        Assert.Equal("1", Registry.Rollback(Model, "ann").Version);
    }

    [Fact]
    public void SetStage_ContentDamagedInTheStore_IsRefusedAndNothingChanges()
    {
        RegisterTo(2);
        Registry.SetStage(Model, "1", ModelStage.Production, "ann");
        var manifest = Registry.Files(Model, "2").Single(static file => file.Name == "manifest.json");
        Execute($"UPDATE model_files SET content = {Bytes} WHERE sha256 = '{manifest.Sha256}'");

        var error = Assert.Throws<ModelRefusedException>(() => Registry.SetStage(Model, "2", ModelStage.Production, "ann"));

        Assert.Contains("manifest.json: the store does not hold", error.Message, StringComparison.Ordinal);
        Assert.Equal("1", Registry.Production(Model)!.Version);
    }

    [Fact]
    public async Task SetStage_ManyAtOnce_LeaveOneInProductionAndAWholeHistory()
    {
        RegisterTo(3);
        _ = Store;

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() =>
        {
            try
            {
                Registry.SetStage(Model, $"{1 + (i % 3)}", ModelStage.Production, $"person {i}");
            }
            catch (ModelRefusedException error)
            {
                Assert.Contains("by somebody else", error.Message, StringComparison.Ordinal);
            }
        })));

        var production = Assert.Single(Registry.List(Model), static version => version.Stage == ModelStage.Production);
        var stages = new Dictionary<string, ModelStage> { ["1"] = ModelStage.None, ["2"] = ModelStage.None, ["3"] = ModelStage.None };
        foreach (var change in Registry.History(Model))
        {
            Assert.Equal(stages[change.Version], change.From);
            stages[change.Version] = change.To;
        }

        Assert.Equal(ModelStage.Production, stages[production.Version]);
    }

    [Fact]
    public void Alias_SetMovedAndRemoved_NamesOneVersion()
    {
        RegisterTo(2);

        Registry.SetAlias(Model, "challenger", "1", "ann");
        Registry.SetAlias(Model, "challenger", "2", "ann");
        Assert.Equal("2", Registry.FindAlias(Model, "challenger")!.Version);
        Assert.Equal(["challenger"], Registry.Find(Model, "2")!.Aliases);
        Assert.Empty(Registry.Find(Model, "1")!.Aliases);

        Assert.True(Registry.RemoveAlias(Model, "challenger", "ann"));
        Assert.False(Registry.RemoveAlias(Model, "challenger", "ann"));
        Assert.Null(Registry.FindAlias(Model, "challenger"));
        Assert.Throws<ModelRefusedException>(() => Registry.SetAlias(Model, "challenger", "9", "ann"));

        Registry.SetAlias(Model, "champion", "2", "ann");
        Assert.Equal("2", Registry.Production(Model)!.Version);
    }

    [Fact]
    public void SetAlias_AsManyAsThereMayBe_RefusesAnother()
    {
        RegisterTo(1);
        Execute("INSERT INTO model_aliases (model, alias, version) VALUES "
            + string.Join(',', Enumerable.Range(0, AliasQueries.MaxAliases).Select(static one => $"('{Model}', 'a{one}', '1')")));

        Assert.Contains("fewer than 1000", Assert.Throws<ModelRefusedException>(() => Registry.SetAlias(Model, "another", "1", "ann")).Message, StringComparison.Ordinal);
        Registry.SetAlias(Model, "a7", "1", "ann");
        Assert.True(Registry.RemoveAlias(Model, "a7", "ann"));
        Registry.SetAlias(Model, "another", "1", "ann");
    }

    [Fact]
    public void Export_AVersion_WritesTheSameFiles()
    {
        RegisterTo(1);
        var target = _folder.File("out/1");

        Registry.Export(Model, "1", target);

        foreach (var file in Directory.EnumerateFiles(_versions.PathOf(1)))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(target, Path.GetFileName(file))));
        }

        Assert.Equal(2, Directory.EnumerateFiles(target).Count());
        Assert.Throws<ModelRefusedException>(() => Registry.Export(Model, "7", target));
    }

    [Fact]
    public void Register_FilesInCommon_AreStoredOnce()
    {
        RegisterTo(2);

        Assert.Equal(
            Registry.Files(Model, "1").Single(static file => file.Name == "model.onnx").Sha256,
            Registry.Files(Model, "2").Single(static file => file.Name == "model.onnx").Sha256);
        // One model, two manifests.
        Assert.Equal(3, Count("model_files"));
    }

    protected abstract long Count(string table);

    protected abstract string Bytes { get; }

    private void RegisterTo(int last)
    {
        for (var version = 1; version <= last; version++)
        {
            Registry.Register(version == 1 ? _versions.PathOf(1) : _versions.Add(version), Person);
        }

        Assert.Equal(Enumerable.Range(1, last).Reverse().Select(static version => $"{version}"), Registry.List(Model).Select(static version => version.Version));
    }
}
