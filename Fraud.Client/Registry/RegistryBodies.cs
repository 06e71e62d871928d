namespace Fraud.Client;

internal sealed record RegisteredModelBody
{
    public required RegisteredModel RegisteredModel { get; init; }
}

internal sealed record ModelVersionBody
{
    public required ModelVersion ModelVersion { get; init; }
}

internal sealed record DownloadUriBody
{
    public required string ArtifactUri { get; init; }
}

internal sealed record FilesBody
{
    public required IReadOnlyList<ModelFile> Files { get; init; }
}

internal sealed record CreateModelBody(string Name, string? Description);

internal sealed record LatestBody(string Name, IReadOnlyList<ModelStage>? Stages);

internal sealed record AliasBody(string Name, string Alias, string Version);

internal sealed record TransitionBody(string Name, string Version, ModelStage Stage, bool ArchiveExistingVersions);

internal sealed record CreateVersionBody(string Name, string Source);
