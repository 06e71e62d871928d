using System.Diagnostics.Metrics;
using Fraud.Http.Telemetry;

namespace Fraud.Http.Idempotency;

/// <summary>What became of requests with a key.</summary>
internal sealed class IdempotencyMetrics
{
    private readonly Counter<long> _requests;

    public IdempotencyMetrics(KeyedAnswers answers, IMeterFactory meters)
    {
        var meter = meters.Create(HttpMetrics.MeterName);
        _requests = meter.CreateCounter<long>("fraud_idempotent_requests", null, "Requests with an Idempotency-Key, by outcome.");
        meter.CreateObservableGauge("fraud_idempotency_keys", () => answers.Count, null, "Keys that are remembered.");
        meter.CreateObservableGauge("fraud_idempotency_bytes", () => answers.Bytes, null, "Bytes of answers that are kept for repeated keys.");
    }

    /// <param name="outcome">kept, not_kept, replayed, in_progress, other_request, malformed, missing or full.</param>
    public void Count(string outcome) => _requests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
