using System.Net;
using Fraud.Client.Requests;

namespace Fraud.Client;

/// <summary>
/// The models themselves, by the Open Inference Protocol: the model's own columns in, its own outputs back. No history, no
/// decision, nothing stored; for payments use <see cref="ScoringClient"/>.
/// </summary>
public sealed class InferenceClient
{
    private readonly Exchange _exchange;
    private readonly FraudJson _json;

    internal InferenceClient(Exchange exchange) => (_exchange, _json) = (exchange, exchange.Types);

    /// <summary>Name, version and the extensions of the protocol that are spoken here.</summary>
    /// <exception cref="FraudApiException">There was no answer.</exception>
    public Task<InferenceServer> GetInferenceServerAsync(CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get("v2"), _json.InferenceServer, cancellation);

    /// <summary>Whether the server answers.</summary>
    /// <exception cref="FraudApiException">There was no answer.</exception>
    public Task<InferenceServerState> GetInferenceServerLiveAsync(CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get("v2/health/live"), _json.InferenceServerState, cancellation);

    /// <summary>Whether models can be asked. "Not ready" is an answer and no exception.</summary>
    /// <exception cref="FraudApiException">There was no answer.</exception>
    public Task<InferenceServerState> GetInferenceServerReadyAsync(CancellationToken cancellation = default) =>
        _exchange.Json(Ready("v2/health/ready"), _json.InferenceServerState, cancellation);

    /// <summary>A model's tensors: of the version in service, or else the highest that is loaded.</summary>
    /// <exception cref="FraudApiException">There is no such model, or no answer.</exception>
    public Task<InferenceModel> GetInferenceModelAsync(string model, CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get(Of(model)), _json.InferenceModel, cancellation);

    /// <summary>A version's tensors; 409 for a version that is there and not loaded.</summary>
    /// <exception cref="FraudApiException">There is no such version, or no answer.</exception>
    public Task<InferenceModel> GetInferenceModelVersionAsync(string model, string version, CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get(Of(model, version)), _json.InferenceModel, cancellation);

    /// <summary>Whether a model can be asked. "Not ready" is an answer and no exception.</summary>
    /// <exception cref="FraudApiException">There is no such model, or no answer.</exception>
    public Task<InferenceModelState> GetInferenceModelReadyAsync(string model, CancellationToken cancellation = default) =>
        _exchange.Json(Ready(Of(model) + "/ready"), _json.InferenceModelState, cancellation);

    /// <summary>Whether a version can be asked. "Not ready" is an answer and no exception.</summary>
    /// <exception cref="FraudApiException">There is no such version, or no answer.</exception>
    public Task<InferenceModelState> GetInferenceModelVersionReadyAsync(
        string model, string version, CancellationToken cancellation = default) =>
        _exchange.Json(Ready(Of(model, version) + "/ready"), _json.InferenceModelState, cancellation);

    /// <summary>Asks the version in service, or else the highest that is loaded.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<InferenceResult> InferAsync(string model, InferenceRequest request, CancellationToken cancellation = default) =>
        Infer(Of(model), request, cancellation);

    /// <summary>Asks one version of a model.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<InferenceResult> InferVersionAsync(
        string model, string version, InferenceRequest request, CancellationToken cancellation = default) =>
        Infer(Of(model, version), request, cancellation);

    /// <summary>What all versions that can be asked were asked since they were loaded. Payments are not counted here.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<InferenceStatistics> ListInferenceStatisticsAsync(CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get("v2/models/stats"), _json.InferenceStatistics, cancellation);

    /// <summary>What a model was asked.</summary>
    /// <exception cref="FraudApiException">There is no such model, or no answer.</exception>
    public Task<InferenceStatistics> GetInferenceModelStatisticsAsync(string model, CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get(Of(model) + "/stats"), _json.InferenceStatistics, cancellation);

    /// <summary>What a version was asked.</summary>
    /// <exception cref="FraudApiException">There is no such version, or no answer.</exception>
    public Task<InferenceStatistics> GetInferenceModelVersionStatisticsAsync(
        string model, string version, CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get(Of(model, version) + "/stats"), _json.InferenceStatistics, cancellation);

    /// <summary>Every version in the repository's folder, loaded or not.</summary>
    /// <param name="isReady">True: only those that can be asked.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<IReadOnlyList<RepositoryEntry>> ListInferenceRepositoryAsync(bool isReady = false, CancellationToken cancellation = default) =>
        _exchange.Json(
            ApiCall.Post("v2/repository/index", new RepositoryIndexBody(isReady), _json.RepositoryIndexBody),
            _json.IReadOnlyListRepositoryEntry, cancellation);

    /// <summary>Checks a version as one that goes into service and makes it ready to be asked. What payments are scored with does not change.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Its version; null: the highest there is.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task LoadInferenceModelAsync(string model, string? version = null, CancellationToken cancellation = default) =>
        Change(model, "load", version, cancellation);

    /// <summary>Takes a version that was loaded for inference out; calls under way finish. The version in service stays: 409.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Its version; null: all of the model's.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task UnloadInferenceModelAsync(string model, string? version = null, CancellationToken cancellation = default) =>
        Change(model, "unload", version, cancellation);

    private Task<InferenceResult> Infer(string address, InferenceRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _exchange.Json(ApiCall.Post(address + "/infer", request, _json.InferenceRequest), _json.InferenceResult, cancellation);
    }

    private Task Change(string model, string what, string? version, CancellationToken cancellation)
    {
        var body = new RepositoryChangeBody(version is null ? null : new RepositoryChangeParameters(version));
        var call = ApiCall.Post($"v2/repository/models/{Address.Segment(model)}/{what}", body, _json.RepositoryChangeBody);
        return _exchange.Done(call.Once(), cancellation);
    }

    private static ApiCall Ready(string address) => ApiCall.Get(address) with { AlsoAnswers = HttpStatusCode.ServiceUnavailable };

    private static string Of(string model) => "v2/models/" + Address.Segment(model);

    private static string Of(string model, string version) => $"{Of(model)}/versions/{Address.Segment(version)}";
}

internal sealed record RepositoryIndexBody(bool Ready);

internal sealed record RepositoryChangeBody(RepositoryChangeParameters? Parameters);

internal sealed record RepositoryChangeParameters(string Version);
