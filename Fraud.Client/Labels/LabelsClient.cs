using Fraud.Client.Requests;

namespace Fraud.Client;

/// <summary>What was found out about payments.</summary>
public sealed class LabelsClient
{
    private readonly Exchange _exchange;

    internal LabelsClient(Exchange exchange) => _exchange = exchange;

    /// <summary>Tells which payments were fraud. All labels are stored, or none; a label that comes twice counts once.</summary>
    /// <param name="labels">At least one; a label may come before its payment.</param>
    /// <param name="idempotencyKey">As <see cref="PredictOptions.IdempotencyKey"/>; null: none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">They were refused, or not answered.</exception>
    public Task<LabelResult> AddLabelsAsync(
        IReadOnlyCollection<FraudLabel> labels, string? idempotencyKey = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var call = ApiCall.Post("labels", labels, _exchange.Types.IReadOnlyCollectionFraudLabel)
            .With(Headers.IdempotencyKey, Headers.Quoted(idempotencyKey));
        return _exchange.Json(call, _exchange.Types.LabelResult, cancellation);
    }
}
