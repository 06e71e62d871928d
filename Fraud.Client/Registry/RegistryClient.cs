using System.Runtime.CompilerServices;
using Fraud.Client.Requests;

namespace Fraud.Client;

/// <summary>
/// The model registry, which clients of MLflow know. Changes are not sent again when it is not known whether they were made: in the
/// meantime another may have made one.
/// </summary>
public sealed class RegistryClient
{
    private const string Models = "api/2.0/mlflow/registered-models/";
    private const string Versions = "api/2.0/mlflow/model-versions/";
    private const string Artifacts = "api/2.0/mlflow-artifacts/artifacts";

    private readonly Exchange _exchange;
    private readonly FraudJson _json;

    internal RegistryClient(Exchange exchange) => (_exchange, _json) = (exchange, exchange.Types);

    /// <summary>A page of all models with the newest version in each stage, as MLflow 1 has it.</summary>
    /// <param name="maxResults">Most models of a page; null: the service's default.</param>
    /// <param name="pageToken"><see cref="RegisteredModelPage.NextPageToken"/> of the page before; null: the first page.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<RegisteredModelPage> ListRegisteredModelsAsync(
        int? maxResults = null, string? pageToken = null, CancellationToken cancellation = default) => _exchange.Json(
        ApiCall.Get(Page(Models + "list", maxResults, pageToken)), _json.RegisteredModelPage, cancellation);

    /// <summary>A page of the models that a search finds; <see cref="EnumerateRegisteredModelsAsync"/> goes through all of them.</summary>
    /// <param name="search">What to find; null: all.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<RegisteredModelPage> SearchRegisteredModelsAsync(RegistrySearch? search = null, CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get(Page(Models + "search", search)), _json.RegisteredModelPage, cancellation);

    /// <summary>All models that a search finds, page by page as they are taken.</summary>
    /// <inheritdoc cref="SearchRegisteredModelsAsync"/>
    public async IAsyncEnumerable<RegisteredModel> EnumerateRegisteredModelsAsync(
        RegistrySearch? search = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var next = search ?? new RegistrySearch(); ;)
        {
            var page = await SearchRegisteredModelsAsync(next, cancellation).ConfigureAwait(false);
            foreach (var model in page.RegisteredModels)
            {
                yield return model;
            }

            if (page.NextPageToken is null)
            {
                yield break;
            }

            next = next with { PageToken = page.NextPageToken };
        }
    }

    /// <summary>The model with the newest version in each stage, and its aliases.</summary>
    /// <exception cref="FraudApiException">There is no such model, or no answer.</exception>
    public async Task<RegisteredModel> GetRegisteredModelAsync(string name, CancellationToken cancellation = default) =>
        (await _exchange.Json(ApiCall.Get(Named(Models + "get", name)), _json.RegisteredModelBody, cancellation).ConfigureAwait(false)).RegisteredModel;

    /// <summary>Makes a name known before it has a version. Registering a version does so by itself.</summary>
    /// <exception cref="FraudApiException">It is there already, was refused, or not answered.</exception>
    public async Task<RegisteredModel> CreateRegisteredModelAsync(
        string name, string? description = null, CancellationToken cancellation = default) => (await _exchange.Json(
        ApiCall.Post(Models + "create", new CreateModelBody(name, description), _json.CreateModelBody).Once(),
        _json.RegisteredModelBody, cancellation).ConfigureAwait(false)).RegisteredModel;

    /// <summary>The newest version of a model in each stage.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="stages">Only these; null: all.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">There is no such model, or no answer.</exception>
    public async Task<IReadOnlyList<ModelVersion>> GetLatestModelVersionsAsync(
        string name, IEnumerable<ModelStage>? stages = null, CancellationToken cancellation = default)
    {
        var address = (stages ?? []).Aggregate(
            Named(Models + "get-latest-versions", name), static (address, stage) => address.With("stages", stage.ToString()));
        return (await _exchange.Json(ApiCall.Get(address), _json.ModelVersionPage, cancellation).ConfigureAwait(false)).ModelVersions;
    }

    /// <summary>The same by POST, as newer clients of MLflow ask.</summary>
    /// <inheritdoc cref="GetLatestModelVersionsAsync"/>
    public async Task<IReadOnlyList<ModelVersion>> QueryLatestModelVersionsAsync(
        string name, IEnumerable<ModelStage>? stages = null, CancellationToken cancellation = default) => (await _exchange.Json(
        ApiCall.Post(Models + "get-latest-versions", new LatestBody(name, stages is null ? null : [.. stages]), _json.LatestBody),
        _json.ModelVersionPage, cancellation).ConfigureAwait(false)).ModelVersions;

    /// <summary>Names one version of a model. To name one "champion" puts it into Production.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task SetModelAliasAsync(string name, string alias, string version, CancellationToken cancellation = default) => _exchange.Done(
        ApiCall.Post(Models + "alias", new AliasBody(name, alias, version), _json.AliasBody).Once(), cancellation);

    /// <summary>The version that an alias names; "champion" is the version in Production.</summary>
    /// <exception cref="FraudApiException">There is no such alias, or no answer.</exception>
    public Task<ModelVersion> GetModelVersionByAliasAsync(string name, string alias, CancellationToken cancellation = default) =>
        Version(ApiCall.Get(Named(Models + "alias", name).With("alias", alias)), cancellation);

    /// <summary>Takes an alias away. Nothing happens when there is none.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task DeleteModelAliasAsync(string name, string alias, CancellationToken cancellation = default) => _exchange.Done(
        new ApiCall(HttpMethod.Delete, Named(Models + "alias", name).With("alias", alias)).Once(), cancellation);

    /// <summary>A version: its stage, lineage and metrics.</summary>
    /// <exception cref="FraudApiException">There is no such version, or no answer.</exception>
    public Task<ModelVersion> GetModelVersionAsync(string name, string version, CancellationToken cancellation = default) =>
        Version(ApiCall.Get(Named(Versions + "get", name, version)), cancellation);

    /// <summary>A page of the versions of models that a search finds; <see cref="EnumerateModelVersionsAsync"/> goes through all of them.</summary>
    /// <param name="search">Which models; null: all.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<ModelVersionPage> SearchModelVersionsAsync(RegistrySearch? search = null, CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get(Page(Versions + "search", search)), _json.ModelVersionPage, cancellation);

    /// <summary>All versions of the models that a search finds, newest first, page by page as they are taken.</summary>
    /// <inheritdoc cref="SearchModelVersionsAsync"/>
    public async IAsyncEnumerable<ModelVersion> EnumerateModelVersionsAsync(
        RegistrySearch? search = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var next = search ?? new RegistrySearch(); ;)
        {
            var page = await SearchModelVersionsAsync(next, cancellation).ConfigureAwait(false);
            foreach (var version in page.ModelVersions)
            {
                yield return version;
            }

            if (page.NextPageToken is null)
            {
                yield break;
            }

            next = next with { PageToken = page.NextPageToken };
        }
    }

    /// <summary>An address that clients of MLflow take a version's files from.</summary>
    /// <exception cref="FraudApiException">There is no such version, or no answer.</exception>
    public async Task<string> GetModelVersionDownloadUriAsync(string name, string version, CancellationToken cancellation = default) =>
        (await _exchange.Json(ApiCall.Get(Named(Versions + "get-download-uri", name, version)), _json.DownloadUriBody, cancellation)
            .ConfigureAwait(false)).ArtifactUri;

    /// <summary>
    /// Moves a version to another stage. Every node serves what is in Production within two seconds, without dropping a request; the
    /// version is probed first, and refused with 400 when it fails. To roll back, put the version of before into Production.
    /// </summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="version">Its version.</param>
    /// <param name="stage">The stage from now on.</param>
    /// <param name="archivesOthers">Archive what else is in Staging; in Production there is only one.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<ModelVersion> TransitionModelVersionStageAsync(
        string name, string version, ModelStage stage, bool archivesOthers = false, CancellationToken cancellation = default) => Version(
        ApiCall.Post(Versions + "transition-stage", new TransitionBody(name, version, stage, archivesOthers), _json.TransitionBody).Once(), cancellation);

    /// <summary>Probes the version in a folder of the service's machine, and takes its files in. It is numbered by its manifest.</summary>
    /// <param name="name">Name of the model, as in the manifest.</param>
    /// <param name="source">The folder: a path in <c>Registry:ImportFolder</c>, or file:// and a whole path.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<ModelVersion> CreateModelVersionAsync(string name, string source, CancellationToken cancellation = default) => Version(
        ApiCall.Post(Versions + "create", new CreateVersionBody(name, source), _json.CreateVersionBody).Once(), cancellation);

    /// <summary>The files of a version; none when there is no such version.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public async Task<IReadOnlyList<ModelFile>> ListArtifactsAsync(string name, string version, CancellationToken cancellation = default) =>
        (await _exchange.Json(ApiCall.Get(new Address(Artifacts).With("path", $"models/{name}/{version}")), _json.FilesBody, cancellation)
            .ConfigureAwait(false)).Files;

    /// <summary>A file of a version as it was registered, checked against its digest.</summary>
    /// <exception cref="FraudApiException">There is no such file, or no answer.</exception>
    public Task<byte[]> DownloadArtifactAsync(string name, string version, string file, CancellationToken cancellation = default) => _exchange.Bytes(
        ApiCall.Get($"{Artifacts}/models/{Address.Segment(name)}/{Address.Segment(version)}/{Address.Segment(file)}"), cancellation);

    /// <summary>The same under the address that MLflow's own server has for it.</summary>
    /// <inheritdoc cref="DownloadArtifactAsync"/>
    public Task<byte[]> GetModelVersionArtifactAsync(string name, string version, string file, CancellationToken cancellation = default) =>
        _exchange.Bytes(ApiCall.Get(Named("model-versions/get-artifact", name, version).With("path", file)), cancellation);

    private async Task<ModelVersion> Version(ApiCall call, CancellationToken cancellation) =>
        (await _exchange.Json(call, _json.ModelVersionBody, cancellation).ConfigureAwait(false)).ModelVersion;

    private static Address Page(string path, RegistrySearch? search) => Page(path, search?.MaxResults, search?.PageToken)
        .With("filter", search?.Filter)
        .With("order_by", search is { IsDescending: true } ? "name DESC" : null);

    private static Address Page(string path, int? maxResults, string? pageToken) =>
        new Address(path).With("max_results", maxResults).With("page_token", pageToken);

    private static Address Named(string path, string name, string? version = null) => new Address(path).With("name", name).With("version", version);
}
