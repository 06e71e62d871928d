using System.Diagnostics.Metrics;
using Fraud.Http.Telemetry;

namespace Fraud.Http.Stripe;

/// <summary>What came from Stripe and what became of it.</summary>
internal sealed class StripeMetrics
{
    private readonly Counter<long> _events;

    public StripeMetrics(IMeterFactory meters) =>
        _events = meters.Create(HttpMetrics.MeterName).CreateCounter<long>("fraud_stripe_events", null, "Events from Stripe, by type (\"other\" for those not used) and outcome.");

    /// <param name="type">One of those that are used, or "other": senders choose none of the names.</param>
    public void Count(string type, string outcome) => _events.Add(
        1, new KeyValuePair<string, object?>("type", type), new KeyValuePair<string, object?>("outcome", outcome));
}
