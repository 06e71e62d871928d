namespace Fraud.Stream.Registry;

/// <summary>
/// Every version of every model: its files, its stage, where it came from. In the store, so that all nodes see the same.
/// Thread-safe; the calls block.
/// </summary>
public interface IModelRegistry
{
    /// <summary>Newest first.</summary>
    /// <param name="model">Only this model's; null: all.</param>
    IReadOnlyList<RegisteredVersion> List(string? model = null);

    RegisteredVersion? Find(string model, string version);

    /// <summary>
    /// The version that an alias names. "champion" is the one in <see cref="ModelStage.Production"/>.
    /// </summary>
    RegisteredVersion? FindAlias(string model, string alias);

    /// <summary>Probes the version in a folder (model.onnx, manifest.json) and takes its files in. Its stage is None.</summary>
    /// <exception cref="Fraud.Model.Registry.ModelRefusedException">It failed its probe, or this version is there with other files.</exception>
    RegisteredVersion Register(string directory, VersionOrigin origin);

    /// <summary>
    /// Moves a version to a stage; the one that was in Production before goes to Archived. Written to the audit log. Nodes
    /// follow within a poll interval.
    /// </summary>
    /// <exception cref="Fraud.Model.Registry.ModelRefusedException">There is no such version, or it fails its probe.</exception>
    RegisteredVersion SetStage(string model, string version, ModelStage stage, string actor, string? reason = null);

    /// <summary>Puts back into Production what was there before the present one.</summary>
    /// <exception cref="Fraud.Model.Registry.ModelRefusedException">There was none.</exception>
    RegisteredVersion Rollback(string model, string actor, string? reason = null);

    /// <summary>Writes a version's files into a folder, each checked against its digest.</summary>
    void Export(string model, string version, string directory);
}

/// <summary>MLflow's words. The numbers are stored; never renumber.</summary>
public enum ModelStage : byte
{
    None = 0,
    Staging = 1,
    Production = 2,
    Archived = 3,
}

/// <summary>A version in the registry.</summary>
/// <param name="Sha256">Digest of model.onnx, lower-case hex.</param>
/// <param name="Metrics">As its manifest has them.</param>
public sealed record RegisteredVersion(
    string Model,
    string Version,
    string Sha256,
    ModelStage Stage,
    DateTimeOffset CreatedAt,
    DateTimeOffset StageChangedAt,
    VersionOrigin Origin,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyList<string> Aliases);

/// <summary>Where a version came from.</summary>
/// <param name="Source">Who or what made it: a user, "training job train-...", "import".</param>
/// <param name="Parent">The version it was meant to replace; null when none.</param>
/// <param name="CodeVersion">Version of the program that trained it; null when unknown.</param>
public sealed record VersionOrigin(string Source, string? Parent = null, string? CodeVersion = null);
