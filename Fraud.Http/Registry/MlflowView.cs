using System.Globalization;
using Fraud.Http.ApiDocs;
using Fraud.Model.Registry;
using Fraud.Stream.Registry;

namespace Fraud.Http.Registry;

/// <summary>Models and versions in MLflow's fields.</summary>
internal static class MlflowView
{
    public const int StageCount = 4;

    /// <summary>Stages in the order in which MLflow lists the latest versions.</summary>
    private static readonly ModelStage[] Stages = [ModelStage.None, ModelStage.Staging, ModelStage.Production, ModelStage.Archived];

    /// <param name="name">As the caller calls the model.</param>
    public static MlflowVersion Version(RegisteredVersion version, string name) => new()
    {
        Name = name,
        Version = version.Version,
        CreationTimestamp = version.CreatedAt.ToUnixTimeMilliseconds(),
        LastUpdatedTimestamp = version.StageChangedAt.ToUnixTimeMilliseconds(),
        UserId = version.Origin.Source.Cut(MlflowVersion.MaxUser),
        CurrentStage = version.Stage.ToString(),
        Source = ArtifactUri(version),
        Tags = TagsOf(version),
        Aliases = [.. version.Aliases.Take(AliasQueries.MaxAliases)],
    };

    public static IReadOnlyList<MlflowTag> TagsOf(RegisteredVersion version) =>
    [
        .. Tag("sha256", version.Sha256),
        .. Tag("parent", version.Origin.Parent),
        .. Tag("code_version", version.Origin.CodeVersion),
        .. version.Metrics.Take(ModelManifest.MaxMetrics)
            .SelectMany(static metric => Tag($"metric.{metric.Key}", metric.Value.ToString(CultureInfo.InvariantCulture))),
    ];

    public static MlflowModel Model(StoredModel model, IReadOnlyList<RegisteredVersion> versions, string name) => new()
    {
        Name = name,
        CreationTimestamp = model.CreatedAtMs,
        LastUpdatedTimestamp = ChangedAtMs(model, versions),
        Description = model.Description,
        LatestVersions = [.. Latest(versions, Stages).Select(version => Version(version, name))],
        Aliases =
        [
            .. versions.SelectMany(static version => version.Aliases.Select(alias => new MlflowModelAlias { Alias = alias, Version = version.Version }))
                .Take(AliasQueries.MaxAliases),
        ],
    };

    public static long ChangedAtMs(StoredModel model, IEnumerable<RegisteredVersion> versions) =>
        versions.Select(static version => version.StageChangedAt.ToUnixTimeMilliseconds()).DefaultIfEmpty(model.CreatedAtMs).Max();

    /// <summary>An attribute that versions can be searched by; null where there is none.</summary>
    public static string? Attribute(RegisteredVersion version, string key) => key switch
    {
        MlflowFilter.NameKey => version.Model,
        "version_number" => version.Version,
        "source_path" => ArtifactUri(version),
        _ => null,
    };

    /// <summary>The newest version in each stage.</summary>
    /// <param name="versions">Of one model, newest first.</param>
    public static IEnumerable<RegisteredVersion> Latest(IReadOnlyList<RegisteredVersion> versions, IEnumerable<ModelStage> stages) =>
        stages.Select(stage => versions.FirstOrDefault(version => version.Stage == stage)).OfType<RegisteredVersion>();

    public static string ArtifactUri(RegisteredVersion version) => $"mlflow-artifacts:/models/{version.Model}/{version.Version}";

    /// <exception cref="MlflowRefusedException">It is no stage.</exception>
    public static ModelStage Stage(string field, string text)
    {
        // Not what Enum.Parse takes: numbers, and several joined by commas.
        var found = Array.FindIndex(Stages, stage => string.Equals(stage.ToString(), text, StringComparison.OrdinalIgnoreCase));
        return found >= 0 ? Stages[found] : throw new MlflowRefusedException(MlflowProblems.Wrong(field, "None, Staging, Production or Archived"));
    }

    private static IEnumerable<MlflowTag> Tag(string key, string? value) =>
        value is null ? [] : [new MlflowTag { Key = key, Value = value.Cut(MlflowVersion.MaxTag) }];
}
