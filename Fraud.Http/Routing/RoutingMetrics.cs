using System.Diagnostics.Metrics;
using Fraud.Http.Telemetry;

namespace Fraud.Http.Routing;

/// <summary>What is sent between nodes, and how it ends.</summary>
internal sealed class RoutingMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _forwarded;
    private readonly Counter<long> _received;
    private readonly Counter<long> _unserved;
    private readonly Histogram<double> _seconds;
    private readonly Histogram<int> _payments;
    private int _ownerWaits;

    public RoutingMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(HttpMetrics.MeterName);
        _forwarded = _meter.CreateCounter<long>("fraud_forwarded_payments", null, "Payments sent to other nodes, by outcome of each attempt.");
        _received = _meter.CreateCounter<long>("fraud_forwarded_in_payments", null, "Payments that other nodes sent here, by outcome.");
        _unserved = _meter.CreateCounter<long>("fraud_unserved_payments", null, "Payments refused because no node served their shard, by last outcome.");
        _seconds = _meter.CreateHistogram(
            "fraud_forward_seconds", "s", "Round trip of a message to another node.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
            });
        _payments = _meter.CreateHistogram(
            "fraud_forward_request_payments", null, "Payments in a message to another node.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] });
        _meter.CreateObservableGauge("fraud_owner_waits", () => OwnerWaits, null, "Requests that wait for a node to serve their shard.");
    }

    /// <summary>Requests that wait now.</summary>
    public int OwnerWaits => Volatile.Read(ref _ownerWaits);

    public void ObserveWaiting(Func<int> waiting) =>
        _meter.CreateObservableGauge("fraud_forward_waiting", waiting, null, "Payments on their way to other nodes, or waiting for it.");

    /// <summary>Counts a wait, if there are fewer than this.</summary>
    public bool TryBeginOwnerWait(int most)
    {
        if (Interlocked.Increment(ref _ownerWaits) <= most)
        {
            return true;
        }

        EndOwnerWait();
        return false;
    }

    public void EndOwnerWait() => Interlocked.Decrement(ref _ownerWaits);

    public void Forwarded(RouteOutcome outcome, int payments) =>
        _forwarded.Add(payments, new KeyValuePair<string, object?>("outcome", outcome.Name()));

    public void Received(RouteOutcome outcome, int payments) =>
        _received.Add(payments, new KeyValuePair<string, object?>("outcome", outcome.Name()));

    public void Unserved(RouteOutcome outcome) =>
        _unserved.Add(1, new KeyValuePair<string, object?>("outcome", outcome.Name()));

    public void Request(TimeSpan elapsed, int payments)
    {
        _seconds.Record(elapsed.TotalSeconds);
        _payments.Record(payments);
    }
}
