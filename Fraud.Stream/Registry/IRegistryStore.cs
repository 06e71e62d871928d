using Fraud.Stream.Audit;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Registry;

/// <summary>The registry's tables, in the same database as the results. What is allowed is decided by <see cref="ModelRegistry"/>.</summary>
/// <remarks>The calls block, may come from any thread, and throw <see cref="StoreUnavailableException"/> when they may succeed later.</remarks>
public interface IRegistryStore
{
    /// <summary>Versions of all models in one store.</summary>
    // One a day for 27 years; each some 100 kB of files.
    const int MaxVersions = 10_000;

    /// <summary>Files of a version.</summary>
    // A model and its manifest; a few more beside them may be, a whole folder of something else is a mistake.
    const int MaxFiles = 32;

    /// <summary>Aliases of a model.</summary>
    // People give them; a few are usual.
    const int MaxAliases = 1_000;

    /// <summary>All models by name, those without versions too.</summary>
    IReadOnlyList<StoredModel> Models();

    /// <summary>Makes a model known before it has a version. False when it is.</summary>
    bool AddModel(StoredModel model, AuditEntry entry);

    /// <summary>Newest first.</summary>
    /// <param name="model">Null: of all models.</param>
    /// <param name="version">Null: all.</param>
    /// <param name="stage">Null: in any.</param>
    IReadOnlyList<StoredVersion> Versions(string? model, string? version = null, ModelStage? stage = null);

    /// <summary>Adds a version with its files, in one transaction. A content that is there already is not written again.</summary>
    /// <param name="entry">Null: nothing is said of it in the audit log.</param>
    /// <returns>False when the version is there already, or there are <see cref="MaxVersions"/>.</returns>
    bool Add(StoredVersion version, IReadOnlyList<ModelFile> files, AuditEntry? entry);

    /// <summary>The files of a version, by name, without their contents.</summary>
    IReadOnlyList<StoredFile> Files(string model, string version);

    /// <summary>A file's content by its digest; null when there is none.</summary>
    byte[]? Content(string sha256);

    /// <summary>
    /// Moves a version to another stage, and the one that is in Production to Archived when it takes its place; with their
    /// history and an entry in the audit log, in one transaction.
    /// </summary>
    /// <returns>False, and nothing done, when the stages are not as the move says they were.</returns>
    bool Move(StageMove move, AuditEntry entry);

    /// <summary>Every change of stage of a model's versions, oldest first.</summary>
    IReadOnlyList<StageChange> History(string model);

    /// <param name="model">Null: of all models.</param>
    IReadOnlyList<StoredAlias> Aliases(string? model);

    /// <summary>Names a version; the name may have been another's before.</summary>
    void SetAlias(StoredAlias alias, AuditEntry entry);

    /// <returns>False when there was no such alias.</returns>
    bool RemoveAlias(string model, string alias, AuditEntry entry);
}

/// <param name="Description">May be empty.</param>
public sealed record StoredModel(string Name, long CreatedAtMs, string Description);

/// <summary>A row of the registry. Texts that are not known are empty.</summary>
/// <param name="Metrics">As JSON.</param>
/// <param name="DataSha256">Digest of what it was trained on.</param>
public sealed record StoredVersion(
    string Model,
    string Version,
    string Sha256,
    ModelStage Stage,
    long CreatedAtMs,
    long StageChangedAtMs,
    string Source,
    string Parent,
    string CodeVersion,
    string DataSha256,
    string Metrics);

/// <summary>A file to be stored under its digest.</summary>
public sealed record ModelFile(string Name, string Sha256, byte[] Content);

public sealed record StoredFile(string Name, string Sha256, long Bytes);

public sealed record StoredAlias(string Model, string Alias, string Version);

/// <summary>A change of stage that happened.</summary>
/// <param name="IsRollback">It put back what was in Production before.</param>
/// <param name="Replaced">What was in service before a version went into Production; empty when nothing is known.</param>
public sealed record StageChange(
    string Model, string Version, ModelStage From, ModelStage To, long AtMs, string Actor, string Reason, bool IsRollback, string Replaced);

/// <summary>A change of stage to be made, if things are still as they were seen.</summary>
/// <param name="Production">The version in Production when it was decided; null: none was.</param>
public sealed record StageMove(StageChange Change, string? Production);
