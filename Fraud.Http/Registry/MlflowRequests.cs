using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model.Registry;
using Fraud.Stream.Registry;

namespace Fraud.Http.Registry;

/// <summary>A model to be made known; as all requests here, <see cref="MlflowCall"/> reads it, as leniently as MLflow does.</summary>
internal sealed record MlflowCreateModel : IExample<MlflowCreateModel>
{
    [Description("Name of the model."), Length(1, RegistryOptions.MaxAliasNames)]
    public required string Name { get; init; }

    [Description("A few words."), MaxLength(MlflowCall.MaxBody)]
    public string? Description { get; init; }

    public static MlflowCreateModel Example { get; } = new() { Name = "payments", Description = "" };
}

internal sealed record MlflowLatest : IExample<MlflowLatest>
{
    [Description("Name of the model."), Length(1, RegistryOptions.MaxAliasNames)]
    public required string Name { get; init; }

    // The shortest takes seven bytes of the body.
    [Description("Only these: None, Staging, Production, Archived, in upper or lower case; left out: all."), MaxLength(MlflowCall.MaxBody / 7), Items(MaxLength = 10)]
    public IReadOnlyList<string>? Stages { get; init; }

    public static MlflowLatest Example { get; } = new() { Name = "payments", Stages = ["Production", "None"] };
}

internal sealed record MlflowSetAlias : IExample<MlflowSetAlias>
{
    [Description("Name of the model."), Length(1, RegistryOptions.MaxAliasNames)]
    public required string Name { get; init; }

    [Description("The alias."), MaxLength(ModelManifest.MaxNameLength), RegularExpression(ModelRegistry.NamePattern)]
    public required string Alias { get; init; }

    [Description("The version that it names from now on."), Length(1, ModelManifest.MaxNameLength)]
    public required string Version { get; init; }

    public static MlflowSetAlias Example { get; } = new() { Name = "payments", Alias = "tried", Version = "1" };
}

internal sealed record MlflowTransition : IExample<MlflowTransition>
{
    [Description("Name of the model."), Length(1, RegistryOptions.MaxAliasNames)]
    public required string Name { get; init; }

    [Description("The version."), Length(1, ModelManifest.MaxNameLength)]
    public required string Version { get; init; }

    [Description("None, Staging, Production or Archived, in upper or lower case."), MaxLength(10)]
    public required string Stage { get; init; }

    [Description("Archive what else is in Staging; in Production there is only one.")]
    public bool? ArchiveExistingVersions { get; init; }

    [Description("Why, for the history of stages and the audit log. MLflow has no such field; its clients leave it out."), MaxLength(ModelVersionsEndpoints.MaxReason)]
    public string? Reason { get; init; }

    public static MlflowTransition Example { get; } = new() { Name = "payments", Version = "1", Stage = "Production", ArchiveExistingVersions = true };
}

internal sealed record MlflowCreateVersion : IExample<MlflowCreateVersion>
{
    [Description("Name of the model, as in the manifest."), Length(1, RegistryOptions.MaxAliasNames)]
    public required string Name { get; init; }

    [Description("The folder: a path in Registry:ImportFolder, or file:// and a whole path."), Length(1, MlflowCall.MaxBody)]
    public required string Source { get; init; }

    public static MlflowCreateVersion Example { get; } = new() { Name = "payments", Source = "payments/1" };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MlflowCreateModel))]
[JsonSerializable(typeof(MlflowLatest))]
[JsonSerializable(typeof(MlflowSetAlias))]
[JsonSerializable(typeof(MlflowTransition))]
[JsonSerializable(typeof(MlflowCreateVersion))]
[JsonSerializable(typeof(MlflowModelAnswer))]
[JsonSerializable(typeof(MlflowModelList))]
[JsonSerializable(typeof(MlflowVersionAnswer))]
[JsonSerializable(typeof(MlflowVersionList))]
[JsonSerializable(typeof(MlflowDownloadUri))]
[JsonSerializable(typeof(MlflowFileList))]
[JsonSerializable(typeof(MlflowDone))]
internal sealed partial class RegistryJson : JsonSerializerContext;
