using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace Fraud.Client.DependencyInjection;

/// <summary>The standard resilience handler as the service wants to be asked.</summary>
internal sealed class Resilience(FraudClientServiceOptions options, TimeProvider time)
{
    public void Apply(HttpStandardResilienceOptions resilience)
    {
        resilience.TotalRequestTimeout.Timeout = options.TotalTimeout;
        resilience.AttemptTimeout.Timeout = options.AttemptTimeout;

        var retry = resilience.Retry;
        // The least that the handler takes; with none, no failure counts as one.
        retry.MaxRetryAttempts = Math.Max(1, options.MaxRetries);
        retry.BackoffType = DelayBackoffType.Exponential;
        retry.UseJitter = true;
        retry.Delay = options.MinBackoff;
        retry.MaxDelay = options.MaxBackoff;
        // Its own way comes back at the very moment, all callers at once.
        retry.ShouldRetryAfterHeader = false;
        retry.DelayGenerator = arguments => ValueTask.FromResult(DelayOf(arguments.Outcome));
        retry.ShouldHandle = arguments => ValueTask.FromResult(MayPass(arguments.Context.GetRequestMessage(), arguments.Outcome));
        retry.OnRetry = static arguments =>
        {
            arguments.Context.GetRequestMessage()?.Options.Set(FraudRequest.Attempts, arguments.AttemptNumber + 2);
            return ValueTask.CompletedTask;
        };

        // At least twice an attempt's time, or the handler refuses it.
        var breaker = resilience.CircuitBreaker;
        breaker.SamplingDuration = options.AttemptTimeout * 2 > breaker.SamplingDuration ? options.AttemptTimeout * 2 : breaker.SamplingDuration;
        breaker.ShouldHandle = arguments => ValueTask.FromResult(IsAway(arguments.Outcome));
    }

    /// <summary>Whether another attempt may cure it, and is safe.</summary>
    public bool MayPass(HttpRequestMessage? request, Outcome<HttpResponseMessage> outcome)
    {
        if (options.MaxRetries == 0)
        {
            return false;
        }

        // A request that the client did not make says nothing of itself: then its method does.
        var isRepeatable = request is not null
            && (request.Options.TryGetValue(FraudRequest.IsRepeatable, out var told) ? told : request.Method == HttpMethod.Get);
        if (outcome.Result is not { } response)
        {
            return isRepeatable
                ? outcome.Exception is HttpRequestException or TimeoutRejectedException
                // It never left.
                : outcome.Exception is HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
                };
        }

        if (AskedWait(response) > options.MaxRetryAfter)
        {
            return false;
        }

        return response.StatusCode == HttpStatusCode.TooManyRequests
            || (isRepeatable && response.StatusCode
                is HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout);
    }

    /// <summary>Never sooner than asked for, and not all at the same moment; null: the handler's own backoff.</summary>
    public TimeSpan? DelayOf(Outcome<HttpResponseMessage> outcome) => outcome.Result is { } response && AskedWait(response) is { } asked
        // A tenth at least: timers may be a millisecond early.
        ? asked + (options.MinBackoff * (0.1 + (0.9 * Random.Shared.NextDouble())))
        : null;

    /// <summary>Whether the service cannot be reached. One that says when to come back is there, and only busy.</summary>
    public static bool IsAway(Outcome<HttpResponseMessage> outcome) => outcome.Result is { } response
        ? response.StatusCode >= HttpStatusCode.InternalServerError && response.Headers.RetryAfter is null
        : outcome.Exception is HttpRequestException or TimeoutRejectedException;

    private TimeSpan? AskedWait(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };
}
