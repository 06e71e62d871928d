using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Telemetry;

/// <summary>
/// How long callers waited for answers about payments: from the head of the request at the front door until the answer is written,
/// refusals and the way to another node and back included.
/// </summary>
internal sealed class CallerWaits
{
    // Of one whose caller left: as requests are counted, and as nginx has it.
    private const int Left = 499;

    private readonly Histogram<double> _seconds;
    private readonly TimeProvider _time;

    public CallerWaits(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _seconds = meters.Create(HttpMetrics.MeterName).CreateHistogram(
            "fraud_http_wait_seconds", "s",
            "What callers with payments waited, from the request's head to its answer, by outcome, and whether a shard was not this node's (route).",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
    }

    public long Begin() => _time.GetTimestamp();

    /// <summary>Nothing, unless the request is about payments. Makes no object.</summary>
    /// <param name="endpoint">Its route.</param>
    /// <param name="status">What it ended with.</param>
    public void End(HttpContext context, long begun, string endpoint, int status)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<PaymentsRule>() is not null)
        {
            _seconds.Record(
                _time.GetElapsedTime(begun).TotalSeconds,
                new KeyValuePair<string, object?>("endpoint", endpoint),
                new KeyValuePair<string, object?>("outcome", OutcomeOf(status)),
                new KeyValuePair<string, object?>("route", context.Features.Get<RoutedMark>() is null ? "here" : "routed"));
        }
    }

    private static string OutcomeOf(int status) => status switch
    {
        < 400 => "answered",
        429 => "rate_limited",
        Left => "left",
        < 500 => "refused",
        503 => "unavailable",
        504 => "late",
        _ => "failed",
    };
}

/// <summary>Metadata of an address whose callers wait for payments.</summary>
internal sealed class PaymentsRule
{
    public static PaymentsRule Instance { get; } = new();
}

/// <summary>A feature of a request some of whose payments were not, or no longer, of a shard that is open here.</summary>
internal sealed class RoutedMark
{
    private static readonly RoutedMark Mark = new();

    public static void Set(HttpContext context) => context.Features.Set(Mark);
}

internal static class CallerWaitsExtensions
{
    /// <summary>The time that its callers wait is measured (<see cref="CallerWaits"/>).</summary>
    public static TBuilder MeasuresWaits<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(PaymentsRule.Instance);
}
