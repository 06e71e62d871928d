using Fraud.Http.ApiDocs;
using static Fraud.Http.Registry.MlflowParameters;

namespace Fraud.Http.Registry;

/// <summary>The registry's addresses as the OpenAPI document tells of them.</summary>
internal static class MlflowDescriptions
{
    public static ApiDescription List { get; } = Reading("The registered models", "All models with the newest version in each stage, page by page. As MLflow 1 has it.") with
    {
        Parameters = [PageSize, PageToken],
        Answers = [new ApiAnswer(200, "The models.")],
        Problems = [400, 503],
    };

    public static ApiDescription SearchModels { get; } = List with
    {
        Summary = "Search models",
        Detail = "Models that fit the filter, page by page, by name where order_by says nothing else.",
        Parameters = [Filter, OrderBy, PageSize, PageToken],
    };

    public static ApiDescription GetModel { get; } = Reading("A model", "The model with the newest version in each stage, and its aliases.") with
    {
        Parameters = [ModelName],
        Answers = [new ApiAnswer(200, "The model.")],
    };

    public static ApiDescription CreateModel { get; } = Writing("Create a model", "Makes a name known before it has a version. Registering a version does so by itself.") with
    {
        Bodies = [ApiBody.Json<MlflowCreateModel>()],
        Answers = [new ApiAnswer(200, "The model.")],
        // It is there: a node registers the model it serves.
        ExampleStatus = 400,
    };

    public static ApiDescription Latest { get; } = Reading("The newest version in each stage", "Of one model; stages may name fewer of them.") with
    {
        Parameters = [ModelName, Stages],
        Answers = [new ApiAnswer(200, "The versions.")],
    };

    public static ApiDescription PostLatest { get; } = Latest with
    {
        Parameters = [],
        Bodies = [ApiBody.Json<MlflowLatest>()],
        Problems = [400, 404, 413, 415, 503],
    };

    public static ApiDescription SetAlias { get; } = Writing("Name a version", "An alias names one version of a model. To name one \"champion\" puts it into Production.") with
    {
        Bodies = [ApiBody.Json<MlflowSetAlias>()],
        Answers = [new ApiAnswer(200, "It is named.")],
    };

    public static ApiDescription GetAlias { get; } = Reading("The version of an alias", "\"champion\" is the version in Production.") with
    {
        Parameters = [ModelName, AliasName],
        Answers = [new ApiAnswer(200, "The version.")],
    };

    public static ApiDescription RemoveAlias { get; } = Writing("Take an alias away", "Nothing happens when there is none. The name and the alias may be in a body, too.") with
    {
        Parameters = [ModelName, AliasName],
        Answers = [new ApiAnswer(200, "It is gone.")],
    };

    public static ApiDescription GetVersion { get; } = Reading("A version", "Its stage, lineage and metrics.") with
    {
        Parameters = [ModelName, VersionNumber],
        Answers = [new ApiAnswer(200, "The version.")],
    };

    public static ApiDescription SearchVersions { get; } = Reading("Search versions", "Versions that fit the filter, newest first where order_by says nothing else, page by page.") with
    {
        Parameters = [Filter, OrderBy, PageSize, PageToken],
        Answers = [new ApiAnswer(200, "The versions.")],
        Problems = [400, 503],
    };

    public static ApiDescription DownloadUri { get; } = Reading("Where a version's files are", "An address that clients of MLflow take files from.") with
    {
        Parameters = [ModelName, VersionNumber],
        Answers = [new ApiAnswer(200, "Where they are.")],
    };

    public static ApiDescription Transition { get; } = Writing(
        "Move a version to another stage",
        "Every node serves what is in Production within two poll intervals (1 s each), without dropping a request; what was there before goes to "
        + "Archived. The version is probed first; one that fails is refused with 400. To roll back, put the version of before into Production.") with
    {
        Bodies = [ApiBody.Json<MlflowTransition>()],
        Answers = [new ApiAnswer(200, "The version in its new stage.")],
    };

    public static ApiDescription CreateVersion { get; } = Writing(
        "Register a version",
        "Probes the version in a folder of this machine, below Registry:ImportFolder, and takes its files in. It is numbered by its manifest.") with
    {
        Bodies = [ApiBody.Json<MlflowCreateVersion>()],
        Answers = [new ApiAnswer(200, "The version.")],
    };

    public static ApiDescription ListArtifacts { get; } = Reading("The files of a version", "Names and sizes; as MLflow's artifact proxy lists a folder.") with
    {
        Parameters = [new ApiParameter("path", "query", "models/NAME/VERSION.", "models/payments/1")],
        Answers = [new ApiAnswer(200, "The files.")],
        Problems = [400, 503],
    };

    public static ApiDescription Artifact { get; } = Reading("A file of a version", "The file as it was registered, checked against its digest.") with
    {
        Parameters =
        [
            new ApiParameter("model", "path", "Name of the model.", "payments"),
            new ApiParameter("version", "path", "Its version.", "1"),
            new ApiParameter("file", "path", "Name of the file.", "manifest.json"),
        ],
        Answers = [new ApiAnswer(200, "The file.", "application/octet-stream")],
    };

    public static ApiDescription GetArtifact { get; } = Artifact with
    {
        Parameters = [ModelName, VersionNumber, new ApiParameter("path", "query", "Name of the file.", "manifest.json")],
    };

    private static ApiDescription Reading(string summary, string detail) => new(Tag, summary)
    {
        Detail = detail,
        Answers = [],
        Problems = [400, 404, 503],
    };

    private static ApiDescription Writing(string summary, string detail) => Reading(summary, detail) with { Problems = [400, 404, 413, 415, 503] };
}
