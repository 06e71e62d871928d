using System.Diagnostics.Metrics;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Fraud.Http.Telemetry;
using Fraud.Stream.Overload;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.RateLimits;

/// <summary>
/// Limits the requests of each caller to every address, by the address's class. Stands behind what says who the caller is; what
/// it does not know goes by the address. Thread-safe.
/// </summary>
internal sealed class RequestRates
{
    private static readonly string[] Tags = [.. Enum.GetNames<RateClass>().Select(static name => name.ToLowerInvariant())];

    private readonly ClientRates?[] _rates;
    private readonly RateHeaders _headers;
    private readonly Counter<long> _refused;

    public RequestRates(RequestRateOptions options, OverloadOptions overload, RateHeaders headers, TimeProvider time, IMeterFactory meters)
    {
        _rates = [.. Enum.GetValues<RateClass>().Select(kind => Of(kind, options) is (> 0 and var rate, var burst)
            ? new ClientRates(new ClientRate(rate, burst, overload.MaxClients), time)
            : null)];
        _headers = headers;
        _refused = meters.Create(HttpMetrics.MeterName).CreateCounter<long>(
            "fraud_requests_limited", null, "Requests that were refused because their caller sent too many, by the class of their address.");
    }

    public Task Pass(HttpContext context, RequestDelegate next)
    {
        // What is not found costs nothing, and an endpoint that is no route is the router's own refusal.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            return next(context);
        }

        var kind = endpoint.Metadata.GetMetadata<RateRule>()?.Class
            ?? RateRule.Default(endpoint.Metadata.GetMetadata<AccessRule>()?.Access ?? Access.Admin, context.Request.Method);
        if (_rates[(int)kind] is not { } rates || rates.TryTake(ClientKey.Of(context), 1, out var wait, out var state))
        {
            return next(context);
        }

        _refused.Add(1, new KeyValuePair<string, object?>("class", Tags[(int)kind]));
        _headers.Write(context, state);
        return Refusals.Write(
            context, new Problem(429, "Too Many Requests", "Your rate of requests to addresses of this kind is used up; slow down.") { RetryAfter = wait });
    }

    private static (int PerSecond, int Burst) Of(RateClass kind, RequestRateOptions options) => kind switch
    {
        RateClass.Reads => (options.ReadsPerSecond, options.ReadsBurst),
        RateClass.Changes => (options.ChangesPerSecond, options.ChangesBurst),
        RateClass.Pages => (options.PagesPerSecond, options.PagesBurst),
        RateClass.Probes => (options.ProbesPerSecond, options.ProbesBurst),
        RateClass.Metrics => (options.MetricsPerSecond, options.MetricsBurst),
        RateClass.Webhooks => (options.WebhooksPerSecond, options.WebhooksBurst),
        // Counted where they are read.
        _ => (0, 0),
    };
}
