using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Fraud.Model.CardNumbers;
using Fraud.Model.Registry;
using Fraud.Model.Scoring;
using Fraud.Stream.Audit;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Registry;

/// <summary>The registry on the store's tables: decides what may be done, and probes what goes into service.</summary>
public sealed partial class ModelRegistry(ModelQueries rows, AliasQueries names, TimeProvider time) : IModelRegistry
{
    /// <summary>The alias of what is in Production.</summary>
    public const string Champion = "champion";

    /// <summary>The alias of what decides Scoring:ChallengerShare of the cards, and is compared.</summary>
    public const string Challenger = "challenger";

    /// <summary>The alias of what decides nothing and is compared.</summary>
    public const string Shadow = "shadow";

    /// <summary>Source of versions that lie in the folder of Scoring:Model, which nodes register by themselves.</summary>
    public const string Shipped = "shipped";

    /// <summary>What names of models, versions and aliases look like.</summary>
    public const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

    // Two people who promote at the same moment: the later looks again.
    private const int Tries = 3;

    public IReadOnlyList<RegisteredVersion> List(string? model = null)
    {
        var aliases = names.Of(model).ToLookup(static alias => (alias.Model, alias.Version), static alias => alias.Alias);
        return [.. rows.Versions(model).Select(version => Known(version, aliases[(version.Model, version.Version)]))];
    }

    public RegisteredVersion? Find(string model, string version) =>
        rows.Versions(model, version) is [var found] ? WithAliases(found) : null;

    public RegisteredVersion? FindAlias(string model, string alias) =>
        alias == Champion ? Production(model)
        : names.Of(model).FirstOrDefault(known => known.Alias == alias) is { } named ? Find(model, named.Version)
        : null;

    /// <summary>The version of the model that is in Production. One small query: for looking every second.</summary>
    public RegisteredVersion? Production(string model) =>
        rows.Versions(model, stage: ModelStage.Production) is [var found] ? Known(found, []) : null;

    /// <summary>The version that each alias of the model names, those in Production left out. One small query.</summary>
    public IReadOnlyDictionary<string, string> Aliases(string model) =>
        names.Of(model).ToDictionary(static alias => alias.Alias, static alias => alias.Version, StringComparer.Ordinal);

    /// <summary>The newest version in Staging; null when none is. One small query.</summary>
    public string? NewestInStaging(string model) => rows.Versions(model, stage: ModelStage.Staging) is [var newest, ..] ? newest.Version : null;

    /// <summary>All models, those without versions too.</summary>
    public IReadOnlyList<StoredModel> Models() => rows.Models();

    /// <summary>Makes a model known before it has a version. False when it is.</summary>
    /// <exception cref="ModelRefusedException">The name cannot be one.</exception>
    public bool AddModel(string model, string description, string actor)
    {
        Check("name", model);
        var now = time.GetUtcNow();
        return rows.AddModel(
            new StoredModel(model, now.ToUnixTimeMilliseconds(), CardMask.Apply(description)), AuditEntry.New(now, actor, "model created", model));
    }

    public RegisteredVersion Register(string directory, VersionOrigin origin)
    {
        var manifest = Probe(directory);
        Check("name", manifest.Name);
        Check("version", manifest.Version);
        var files = VersionFiles.Read(directory);
        if (files.First(static file => file.Name == VersionFiles.Model).Sha256 != manifest.Sha256)
        {
            throw new ModelRefusedException($"{directory}: expected files that nobody changes while they are registered");
        }

        var now = time.GetUtcNow();
        var version = new StoredVersion(
            manifest.Name, manifest.Version, manifest.Sha256, ModelStage.None, now.ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds(),
            origin.Source, origin.Parent ?? "", origin.CodeVersion ?? "", manifest.Training.DataSha256, MetricsJson.Write(manifest.Metrics));
        // What a node registers by itself changes nothing for anybody.
        var entry = origin.Source == Shipped ? null
            : AuditEntry.New(now, origin.Source, "model registered", Subject(version.Model, version.Version), $"sha256 {version.Sha256}");
        if (!rows.Add(version, files, entry))
        {
            var there = rows.Files(version.Model, version.Version);
            if (there.Count == 0)
            {
                throw new ModelRefusedException(string.Create(
                    CultureInfo.InvariantCulture, $"{directory}: expected fewer than {ModelQueries.MaxVersions} versions in the registry"));
            }

            if (!there.Select(static file => (file.Name, file.Sha256)).SequenceEqual(files.Select(static file => (file.Name, file.Sha256))))
            {
                throw new ModelRefusedException(
                    $"{directory}: {Subject(version.Model, version.Version)} is registered with other files; expected a version that is not there yet");
            }
        }

        return Require(version.Model, version.Version);
    }

    public RegisteredVersion SetStage(string model, string version, ModelStage stage, string actor, string? reason = null)
    {
        var isProbed = stage is not (ModelStage.Staging or ModelStage.Production);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var versions = rows.Versions(model);
            var wanted = versions.FirstOrDefault(one => one.Version == version) ?? throw Unknown(model, version);
            if (wanted.Stage == stage)
            {
                return WithAliases(wanted);
            }

            if (!isProbed)
            {
                Probe(model, version);
                isProbed = true;
            }

            var present = versions.FirstOrDefault(static one => one.Stage == ModelStage.Production);
            var replaced = stage != ModelStage.Production ? "" : present?.Version ?? ServedBefore(versions, version);
            if (Move(wanted, stage, present, actor, reason, isRollback: false, replaced))
            {
                return Require(model, version);
            }
        }

        throw new ModelRefusedException($"{model}: its stages are being changed by somebody else; look and try again");
    }

    public RegisteredVersion Rollback(string model, string actor, string? reason = null)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var versions = rows.Versions(model);
            var present = versions.FirstOrDefault(static one => one.Stage == ModelStage.Production);
            var before = ProductionHistory.Before(rows.History(model), present?.Version);
            var target = versions.FirstOrDefault(one => one.Version == before)
                ?? throw new ModelRefusedException($"{model}: expected a version that was in Production before; there is none");
            Probe(model, target.Version);
            if (Move(target, ModelStage.Production, present, actor, reason, isRollback: true, replaced: present?.Version ?? ""))
            {
                return Require(model, target.Version);
            }
        }

        throw new ModelRefusedException($"{model}: its stages are being changed by somebody else; look and try again");
    }

    /// <summary>
    /// Names a version. Naming it "champion" promotes it; nodes score the one that is "shadow" or "challenger" within a poll
    /// interval.
    /// </summary>
    /// <exception cref="ModelRefusedException">There is no such version, it fails its probe, or the name cannot be one.</exception>
    public void SetAlias(string model, string alias, string version, string actor)
    {
        Check("alias", alias);
        if (alias == Champion)
        {
            SetStage(model, version, ModelStage.Production, actor);
            return;
        }

        if (rows.Versions(model, version).Count == 0)
        {
            throw Unknown(model, version);
        }

        var aliases = names.Of(model);
        if (aliases.Count >= AliasQueries.MaxAliases && aliases.All(known => known.Alias != alias))
        {
            throw new ModelRefusedException(string.Create(
                CultureInfo.InvariantCulture, $"alias: expected fewer than {AliasQueries.MaxAliases} of the model; remove one first"));
        }

        if (alias is Shadow or Challenger)
        {
            Probe(model, version);
        }

        names.Set(
            new StoredAlias(model, alias, version),
            AuditEntry.New(time.GetUtcNow(), actor, "model alias set", Subject(model, version), alias));
    }

    /// <returns>False when there was no such alias.</returns>
    /// <exception cref="ModelRefusedException">The alias is "champion", which is a stage.</exception>
    public bool RemoveAlias(string model, string alias, string actor) => alias == Champion
        ? throw new ModelRefusedException("alias: expected another than champion, which names what is in Production; move that to another stage")
        : names.Remove(model, alias, AuditEntry.New(time.GetUtcNow(), actor, "model alias removed", model, alias));

    /// <summary>What the version says of itself: with its training record.</summary>
    /// <exception cref="ModelRefusedException">There is no such version, or its manifest is damaged.</exception>
    public ModelManifest ManifestOf(string model, string version)
    {
        var file = Files(model, version).FirstOrDefault(static file => file.Name == VersionFiles.Manifest) ?? throw Unknown(model, version);
        return ModelManifest.Parse(Read(file), file.Name);
    }

    /// <summary>Every change of stage, oldest first.</summary>
    public IReadOnlyList<StageChange> History(string model) => rows.History(model);

    /// <summary>Names, digests and sizes of a version's files, by name; empty when there is no such version.</summary>
    public IReadOnlyList<StoredFile> Files(string model, string version) => rows.Files(model, version);

    /// <summary>A file's content, checked against its digest.</summary>
    /// <exception cref="ModelRefusedException">The store holds something else, or nothing.</exception>
    public byte[] Read(StoredFile file) =>
        rows.Content(file.Sha256) is { } content && ModelManifest.DigestOf(content) == file.Sha256
            ? content
            : throw new ModelRefusedException($"{file.Name}: the store does not hold the content that its SHA-256 names");

    public void Export(string model, string version, string directory)
    {
        var files = Files(model, version);
        if (files.Count == 0)
        {
            throw Unknown(model, version);
        }

        VersionFiles.Write(directory, files, Read);
    }

    private bool Move(StoredVersion version, ModelStage to, StoredVersion? present, string actor, string? reason, bool isRollback, string replaced)
    {
        var now = time.GetUtcNow();
        var action = isRollback ? "model rolled back" : to == ModelStage.Production ? "model promoted" : "model stage changed";
        var detail = $"{version.Stage} to {to}" + (to == ModelStage.Production && replaced.Length > 0 ? $", in place of version {replaced}" : "")
            + (string.IsNullOrEmpty(reason) ? "" : $": {reason}");
        return rows.Move(
            new StageMove(
                new StageChange(
                    version.Model, version.Version, version.Stage, to, now.ToUnixTimeMilliseconds(), actor, CardMask.Apply(reason ?? ""), isRollback, replaced),
                present?.Version),
            AuditEntry.New(now, actor, action, Subject(version.Model, version.Version), detail));
    }

    /// <summary>
    /// What nodes served while nothing was in Production: the highest of the versions in their folders. So the first
    /// promotion can be rolled back too.
    /// </summary>
    private string ServedBefore(IReadOnlyList<StoredVersion> versions, string promoted)
    {
        var model = versions[0].Model;
        if (ProductionHistory.Before(rows.History(model), null) is not null)
        {
            return "";
        }

        var served = versions.Where(static one => one.Source == Shipped).MaxBy(static one => Number(one.Version));
        return served is null || served.Version == promoted ? "" : served.Version;
    }

    private static int Number(string version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private void Probe(string model, string version)
    {
        var folder = Directory.CreateTempSubdirectory("fraud-model-");
        try
        {
            Export(model, version, folder.FullName);
            Probe(folder.FullName);
        }
        catch (ModelRefusedException error)
        {
            // The folder of the probe is gone when this is read.
            throw new ModelRefusedException(
                $"{Subject(model, version)}: {error.Message.Replace(folder.FullName + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)}", error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ModelManifest Probe(string directory)
    {
        using var model = OnnxModel.Load(directory);
        return model.Manifest;
    }

    private static void Check(string field, string name)
    {
        if (!Name().IsMatch(name))
        {
            throw new ModelRefusedException($"{field}: expected 1 to 64 letters, digits, dots, hyphens and underscores, the first a letter or digit");
        }

        if (CardNumberDetector.IsCardNumber(Encoding.UTF8.GetBytes(name)))
        {
            throw new ModelRefusedException($"{field}: expected a name, not a card number");
        }
    }

    private RegisteredVersion Require(string model, string version) => Find(model, version) ?? throw Unknown(model, version);

    private RegisteredVersion WithAliases(StoredVersion version) => Known(
        version, names.Of(version.Model).Where(alias => alias.Version == version.Version).Select(static alias => alias.Alias));

    private static RegisteredVersion Known(StoredVersion version, IEnumerable<string> aliases) => new(
        version.Model,
        version.Version,
        version.Sha256,
        version.Stage,
        DateTimeOffset.FromUnixTimeMilliseconds(version.CreatedAtMs),
        DateTimeOffset.FromUnixTimeMilliseconds(version.StageChangedAtMs),
        new VersionOrigin(version.Source, OrNull(version.Parent), OrNull(version.CodeVersion)),
        MetricsJson.Read(version.Metrics),
        [.. version.Stage == ModelStage.Production ? aliases.Prepend(Champion) : aliases]);

    private static string? OrNull(string text) => text.Length > 0 ? text : null;

    private static string Subject(string model, string version) => $"{model} version {version}";

    private static ModelRefusedException Unknown(string model, string version) =>
        new($"{Subject(model, version)}: expected a version that is registered");

    // They become names of folders and parts of addresses.
    [GeneratedRegex(NamePattern, RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
