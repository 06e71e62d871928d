using Fraud.Client.Requests;

namespace Fraud.Client;

/// <summary>The models in service: what they are, how they compare, and whether payments drift.</summary>
public sealed class ModelsClient
{
    private readonly Exchange _exchange;
    private readonly FraudJson _json;

    internal ModelsClient(Exchange exchange) => (_exchange, _json) = (exchange, exchange.Types);

    /// <summary>What a served model is, takes and was measured at, and which others are served.</summary>
    /// <param name="model">Its name; null: the one that payments are scored with.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">No such model is served, or there was no answer.</exception>
    public Task<ModelInfo> GetModelInfoAsync(string? model = null, CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get(new Address("model/info").With("model", model)), _json.ModelInfo, cancellation);

    /// <summary>Scores, decisions and, as labels arrive, quality of every shadow and challenger beside the model in service.</summary>
    /// <param name="since">Only what was scored from here on; null: all that is kept.</param>
    /// <param name="settledDays">Payments that were scored so many days ago and have no label count as legitimate; null: only labels count.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<ModelComparisons> CompareModelsAsync(
        DateTimeOffset? since = null, int? settledDays = null, CancellationToken cancellation = default) =>
        _exchange.Json(
            ApiCall.Get(new Address("api/v1/models/comparison").With("since", since).With("settled_days", settledDays)),
            _json.ModelComparisons, cancellation);

    /// <summary>How the asked node's latest payments are distributed beside those the model was trained on, live quality, and alarms.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<DriftReport> GetDriftReportAsync(CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get("api/v1/drift"), _json.DriftReport, cancellation);
}
