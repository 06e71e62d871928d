using System.Net;

namespace Fraud.Client.Retries;

/// <summary>Decides whether and when to ask again. Knows no clock and no network; thread-safe.</summary>
internal sealed class RetryPolicy(FraudClientOptions options, Random random)
{
    /// <summary>Answers that another attempt may cure.</summary>
    public static bool MayPass(HttpStatusCode status) => status
        is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>How long to wait before the next attempt; null: there is none.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="retryAfter">What the service asked for; null: nothing.</param>
    public TimeSpan? Wait(int attempt, TimeSpan? retryAfter)
    {
        if (attempt >= options.MaxAttempts || retryAfter > options.MaxRetryAfter)
        {
            return null;
        }

        var doubled = options.MinBackoff * Math.Pow(2, Math.Min(attempt - 1, 30));
        var most = doubled < options.MaxBackoff ? doubled : options.MaxBackoff;
        // Never sooner than asked for, and not all at the same moment: callers that were refused together would be
        // refused together again.
        return retryAfter is { } asked
            // A tenth at least: timers may be a millisecond early.
            ? asked + (most * (0.1 + (0.9 * random.NextDouble())))
            : most * (0.5 + (0.5 * random.NextDouble()));
    }
}
