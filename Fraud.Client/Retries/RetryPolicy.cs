using System.Net;

namespace Fraud.Client.Retries;

/// <summary>Decides whether and when to ask again. Knows no clock and no network; thread-safe.</summary>
internal sealed class RetryPolicy(FraudClientOptions options, Random random)
{
    /// <summary>Answers that another attempt may cure.</summary>
    /// <param name="status">Of the answer.</param>
    /// <param name="isRepeatable">False: only where the answer says that nothing was done.</param>
    public static bool MayPass(HttpStatusCode status, bool isRepeatable) => status is HttpStatusCode.TooManyRequests
        || (isRepeatable && status
            is HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout);

    /// <summary>Whether a request that failed never left.</summary>
    public static bool WasNotSent(HttpRequestException error) => error.HttpRequestError
        is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        or HttpRequestError.ProxyTunnelError;

    /// <summary>How long to wait before the next attempt; null: there is none.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="retryAfter">What the service asked for; null: nothing.</param>
    public TimeSpan? Wait(int attempt, TimeSpan? retryAfter) => attempt >= options.MaxAttempts ? null : Pause(attempt, retryAfter);

    /// <summary>The same, where something else says how many attempts there are.</summary>
    /// <inheritdoc cref="Wait"/>
    public TimeSpan? Pause(int attempt, TimeSpan? retryAfter)
    {
        if (retryAfter > options.MaxRetryAfter)
        {
            return null;
        }

        return retryAfter is { } asked ? Spread(attempt, asked) : Backoff(attempt) * (0.5 + (0.5 * random.NextDouble()));
    }

    /// <summary>
    /// A wait that was asked for: never sooner, and not all at the same moment, since callers that were refused together would be
    /// refused together again.
    /// </summary>
    // A tenth at least: timers may be a millisecond early.
    public TimeSpan Spread(int attempt, TimeSpan asked) => asked + (Backoff(attempt) * (0.1 + (0.9 * random.NextDouble())));

    private TimeSpan Backoff(int attempt)
    {
        var doubled = options.MinBackoff * Math.Pow(2, Math.Min(attempt - 1, 30));
        return doubled < options.MaxBackoff ? doubled : options.MaxBackoff;
    }
}
