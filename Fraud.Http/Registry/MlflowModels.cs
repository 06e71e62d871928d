using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model.Registry;
using Fraud.Stream.Registry;

namespace Fraud.Http.Registry;

/// <summary>A version in MLflow's fields.</summary>
internal sealed record MlflowVersion : IExample<MlflowVersion>
{
    /// <summary>Most characters of who registered it.</summary>
    public const int MaxUser = 256;

    /// <summary>Most characters of a tag's value.</summary>
    public const int MaxTag = 256;

    [Description("Name of the model, as it was asked for."), Length(1, RegistryOptions.MaxAliasNames)]
    public required string Name { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string Version { get; init; }

    [Description("When it was registered, milliseconds since 1970 UTC."), AtLeast(0)]
    public required long CreationTimestamp { get; init; }

    [Description("When its stage changed last."), AtLeast(0)]
    public required long LastUpdatedTimestamp { get; init; }

    [Description("Who or what registered it."), MaxLength(MaxUser)]
    public required string UserId { get; init; }

    [Description("Its stage; what is in Production is served by every node."), AllowedValues("None", "Staging", "Production", "Archived")]
    public required string CurrentStage { get; init; }

    [Description("Empty."), MaxLength(0), Needed]
    public string Description { get; init; } = "";

    [Description("Where its files are."), MaxLength(200)]
    public required string Source { get; init; }

    [Description("Empty: there are no runs."), MaxLength(0), Needed]
    public string RunId { get; init; } = "";

    [Description("Empty."), MaxLength(0), Needed]
    public string RunLink { get; init; } = "";

    [Description("READY: a version is probed before it is registered."), AllowedValues("READY"), Needed]
    public string Status { get; init; } = "READY";

    [Description("Digest, lineage and metrics."), MaxLength(ModelManifest.MaxMetrics + 3)]
    public required IReadOnlyList<MlflowTag> Tags { get; init; }

    [Description("Its names."), MaxLength(AliasQueries.MaxAliases), Items(MaxLength = ModelManifest.MaxNameLength)]
    public required IReadOnlyList<string> Aliases { get; init; }

    public static MlflowVersion Example { get; } = new()
    {
        Name = "payments",
        Version = "1",
        CreationTimestamp = 1_718_000_000_000,
        LastUpdatedTimestamp = 1_718_000_000_000,
        UserId = "shipped",
        CurrentStage = "Production",
        Source = "mlflow-artifacts:/models/payments/1",
        Tags = [MlflowTag.Example],
        Aliases = ["champion"],
    };
}

internal sealed record MlflowTag : IExample<MlflowTag>
{
    [Description("sha256, parent, code_version, or metric. and the name of one."), MaxLength(7 + ModelManifest.MaxNameLength)]
    public required string Key { get; init; }

    [Description("Its value."), MaxLength(MlflowVersion.MaxTag)]
    public required string Value { get; init; }

    public static MlflowTag Example { get; } = new() { Key = "metric.average_precision", Value = "0.69" };
}

/// <summary>A model in MLflow's fields.</summary>
internal sealed record MlflowModel : IExample<MlflowModel>
{
    [Description("Name of the model."), Length(1, RegistryOptions.MaxAliasNames)]
    public required string Name { get; init; }

    [Description("When it was created, milliseconds since 1970 UTC."), AtLeast(0)]
    public required long CreationTimestamp { get; init; }

    [Description("When one of its versions changed last."), AtLeast(0)]
    public required long LastUpdatedTimestamp { get; init; }

    [Description("May be empty."), MaxLength(MlflowCall.MaxBody)]
    public required string Description { get; init; }

    [Description("The newest version in each stage."), MaxLength(MlflowView.StageCount)]
    public required IReadOnlyList<MlflowVersion> LatestVersions { get; init; }

    [Description("Empty."), MaxLength(0), Needed]
    public IReadOnlyList<MlflowTag> Tags { get; init; } = [];

    [Description("Names of versions."), MaxLength(AliasQueries.MaxAliases)]
    public required IReadOnlyList<MlflowModelAlias> Aliases { get; init; }

    public static MlflowModel Example { get; } = new()
    {
        Name = "payments",
        CreationTimestamp = 1_718_000_000_000,
        LastUpdatedTimestamp = 1_718_000_000_000,
        Description = "",
        LatestVersions = [MlflowVersion.Example],
        Aliases = [MlflowModelAlias.Example],
    };
}

internal sealed record MlflowModelAlias : IExample<MlflowModelAlias>
{
    [Description("The name."), Length(1, ModelManifest.MaxNameLength)]
    public required string Alias { get; init; }

    [Description("The version."), Length(1, ModelManifest.MaxNameLength)]
    public required string Version { get; init; }

    public static MlflowModelAlias Example { get; } = new() { Alias = "champion", Version = "1" };
}

internal sealed record MlflowModelAnswer : IExample<MlflowModelAnswer>
{
    [Description("The model.")]
    public required MlflowModel RegisteredModel { get; init; }

    public static MlflowModelAnswer Example { get; } = new() { RegisteredModel = MlflowModel.Example };
}

internal sealed record MlflowModelList : IExample<MlflowModelList>
{
    [Description("The models."), MaxLength(RegisteredModelsEndpoints.MaxResults)]
    public required IReadOnlyList<MlflowModel> RegisteredModels { get; init; }

    [Description("Asks for the next page; left out on the last."), MaxLength(MlflowPage.MaxToken), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NextPageToken { get; init; }

    public static MlflowModelList Example { get; } = new() { RegisteredModels = [MlflowModel.Example], NextPageToken = "MTA" };
}

internal sealed record MlflowVersionAnswer : IExample<MlflowVersionAnswer>
{
    [Description("The version.")]
    public required MlflowVersion ModelVersion { get; init; }

    public static MlflowVersionAnswer Example { get; } = new() { ModelVersion = MlflowVersion.Example };
}

internal sealed record MlflowVersionList : IExample<MlflowVersionList>
{
    [Description("The versions, newest first."), MaxLength(ModelQueries.MaxVersions)]
    public required IReadOnlyList<MlflowVersion> ModelVersions { get; init; }

    [Description("Asks for the next page; left out on the last."), MaxLength(MlflowPage.MaxToken), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NextPageToken { get; init; }

    public static MlflowVersionList Example { get; } = new() { ModelVersions = [MlflowVersion.Example], NextPageToken = "MTA" };
}

internal sealed record MlflowDownloadUri : IExample<MlflowDownloadUri>
{
    [Description("Leads to /api/2.0/mlflow-artifacts/artifacts/models/NAME/VERSION of this service."), MaxLength(200)]
    public required string ArtifactUri { get; init; }

    public static MlflowDownloadUri Example { get; } = new() { ArtifactUri = "mlflow-artifacts:/models/payments/1" };
}

internal sealed record MlflowFileList : IExample<MlflowFileList>
{
    [Description("The files; empty when there is no such version."), MaxLength(ModelQueries.MaxFiles)]
    public required IReadOnlyList<MlflowFile> Files { get; init; }

    public static MlflowFileList Example { get; } = new() { Files = [MlflowFile.Example] };
}

internal sealed record MlflowFile : IExample<MlflowFile>
{
    [Description("Name of the file."), Length(1, 255)]
    public required string Path { get; init; }

    [Description("Always false."), Needed]
    public bool IsDir { get; init; }

    [Description("Bytes."), AtLeast(0)]
    public required long FileSize { get; init; }

    public static MlflowFile Example { get; } = new() { Path = "model.onnx", FileSize = 64_300 };
}

/// <summary>What is answered where there is nothing to say.</summary>
internal sealed record MlflowDone : IExample<MlflowDone>
{
    public static MlflowDone Example { get; } = new();
}
