using Fraud.Stream.Database;
using LinqToDB;
using LinqToDB.Mapping;

namespace Fraud.Stream.Registry;

/// <param name="Description">May be empty.</param>
[Table("models")]
public sealed record StoredModel(
    [property: Column("model", CanBeNull = false), PrimaryKey] string Name,
    [property: Column("created_at")] long CreatedAtMs,
    [property: Column("description", CanBeNull = false)] string Description);

/// <summary>A row of the registry. Texts that are not known are empty.</summary>
/// <param name="Metrics">As JSON.</param>
/// <param name="DataSha256">Digest of what it was trained on.</param>
[Table("model_versions")]
public sealed record StoredVersion(
    [property: Column("model", CanBeNull = false), PrimaryKey(0)] string Model,
    [property: Column("version", CanBeNull = false), PrimaryKey(1)] string Version,
    [property: Column("sha256", CanBeNull = false)] string Sha256,
    [property: Column("stage", DataType = DataType.Int64)] ModelStage Stage,
    [property: Column("created_at")] long CreatedAtMs,
    [property: Column("stage_changed_at")] long StageChangedAtMs,
    [property: Column("source", CanBeNull = false)] string Source,
    [property: Column("parent", CanBeNull = false)] string Parent,
    [property: Column("code_version", CanBeNull = false)] string CodeVersion,
    [property: Column("data_sha256", CanBeNull = false)] string DataSha256,
    [property: Column("metrics", CanBeNull = false)] string Metrics);

/// <summary>A file to be stored under its digest.</summary>
public sealed record ModelFile(string Name, string Sha256, byte[] Content);

public sealed record StoredFile(string Name, string Sha256, long Bytes);

[Table("model_aliases")]
public sealed record StoredAlias(
    [property: Column("model", CanBeNull = false), PrimaryKey(0)] string Model,
    [property: Column("alias", CanBeNull = false), PrimaryKey(1)] string Alias,
    [property: Column("version", CanBeNull = false)] string Version);

/// <summary>A change of stage that happened.</summary>
/// <param name="IsRollback">It put back what was in Production before.</param>
/// <param name="Replaced">What was in service before a version went into Production; empty when nothing is known.</param>
[Table("model_stages")]
public sealed record StageChange(
    [property: Column("model", CanBeNull = false)] string Model,
    [property: Column("version", CanBeNull = false)] string Version,
    [property: Column("from_stage", DataType = DataType.Int64)] ModelStage From,
    [property: Column("to_stage", DataType = DataType.Int64)] ModelStage To,
    [property: Column("changed_at")] long AtMs,
    [property: Column("changed_by", CanBeNull = false)] string Actor,
    [property: Column("reason", CanBeNull = false)] string Reason,
    [property: Column("is_rollback", DataType = DataType.Int64), ValueConverter(ConverterType = typeof(BoolAsNumber))] bool IsRollback,
    [property: Column("replaced", CanBeNull = false)] string Replaced);

/// <summary>A change of stage to be made, if things are still as they were seen.</summary>
/// <param name="Production">The version in Production when it was decided; null: none was.</param>
public sealed record StageMove(StageChange Change, string? Production);

/// <summary>A content under its digest: what two versions have in common is there once.</summary>
[Table("model_files")]
internal sealed record FileRow(
    [property: Column("sha256", CanBeNull = false), PrimaryKey] string Sha256,
    [property: Column("content", CanBeNull = false)] byte[] Content);

/// <summary>A file of a version.</summary>
[Table("model_version_files")]
internal sealed record VersionFileRow(
    [property: Column("model", CanBeNull = false), PrimaryKey(0)] string Model,
    [property: Column("version", CanBeNull = false), PrimaryKey(1)] string Version,
    [property: Column("name", CanBeNull = false), PrimaryKey(2)] string Name,
    [property: Column("sha256", CanBeNull = false)] string Sha256);
