using System.Text.Json.Serialization;

namespace Fraud.Client;

/// <summary>What a version is used for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelStage>))]
public enum ModelStage
{
    /// <summary>Registered, and not used.</summary>
    None,

    /// <summary>On its way into service.</summary>
    Staging,

    /// <summary>Served by every node.</summary>
    Production,

    /// <summary>Was served before.</summary>
    Archived,
}

/// <summary>A model of the registry.</summary>
public sealed record RegisteredModel
{
    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>When it was created, milliseconds since 1970 UTC.</summary>
    public long CreationTimestamp { get; init; }

    /// <summary>When one of its versions changed last.</summary>
    public long LastUpdatedTimestamp { get; init; }

    /// <summary>May be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>The newest version in each stage.</summary>
    public IReadOnlyList<ModelVersion> LatestVersions { get; init; } = [];

    /// <summary>Empty.</summary>
    public IReadOnlyList<ModelTag> Tags { get; init; } = [];

    /// <summary>Names of versions.</summary>
    public IReadOnlyList<ModelAlias> Aliases { get; init; } = [];
}

/// <summary>A version of a model of the registry.</summary>
public sealed record ModelVersion
{
    /// <summary>Name of the model, as it was asked for.</summary>
    public required string Name { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>When it was registered, milliseconds since 1970 UTC.</summary>
    public long CreationTimestamp { get; init; }

    /// <summary>When its stage changed last.</summary>
    public long LastUpdatedTimestamp { get; init; }

    /// <summary>Who or what registered it.</summary>
    public string UserId { get; init; } = "";

    /// <summary>Its stage.</summary>
    public ModelStage CurrentStage { get; init; }

    /// <summary>Empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>Where its files are.</summary>
    public string Source { get; init; } = "";

    /// <summary>Empty: there are no runs.</summary>
    public string RunId { get; init; } = "";

    /// <summary>Empty.</summary>
    public string RunLink { get; init; } = "";

    /// <summary>Always "READY": a version is probed before it is registered.</summary>
    public string Status { get; init; } = "";

    /// <summary>Digest, lineage and metrics.</summary>
    public IReadOnlyList<ModelTag> Tags { get; init; } = [];

    /// <summary>Its names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

/// <summary>Something known of a version.</summary>
public sealed record ModelTag
{
    /// <summary>"sha256", "parent", "code_version", or "metric." and the name of one.</summary>
    public string Key { get; init; } = "";

    /// <summary>Its value.</summary>
    public string Value { get; init; } = "";
}

/// <summary>A name of a version.</summary>
public sealed record ModelAlias
{
    /// <summary>The name.</summary>
    public string Alias { get; init; } = "";

    /// <summary>The version.</summary>
    public string Version { get; init; } = "";
}

/// <summary>A page of models.</summary>
public sealed record RegisteredModelPage
{
    /// <summary>The models.</summary>
    public IReadOnlyList<RegisteredModel> RegisteredModels { get; init; } = [];

    /// <summary>Asks for the next page; null on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>A page of versions.</summary>
public sealed record ModelVersionPage
{
    /// <summary>The versions, newest first.</summary>
    public IReadOnlyList<ModelVersion> ModelVersions { get; init; } = [];

    /// <summary>Asks for the next page; null on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>A file of a version.</summary>
public sealed record ModelFile
{
    /// <summary>Name of the file.</summary>
    public string Path { get; init; } = "";

    /// <summary>Always false.</summary>
    public bool IsDir { get; init; }

    /// <summary>Bytes.</summary>
    public long FileSize { get; init; }
}
