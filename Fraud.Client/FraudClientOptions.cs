namespace Fraud.Client;

/// <summary>How a client asks, and how often again.</summary>
public sealed record FraudClientOptions
{
    /// <summary>The variable that holds the key where <see cref="ApiKey"/> names none.</summary>
    public const string ApiKeyVariable = "FRAUD_API_KEY";

    /// <summary>Sent as X-API-Key; by default what <see cref="ApiKeyVariable"/> holds. Null or empty: none is sent.</summary>
    public string? ApiKey { get; init; } = Environment.GetEnvironmentVariable(ApiKeyVariable);

    /// <summary>Most times that a request is sent, the first included; at least 1.</summary>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>Longest wait for one answer, of a stream for its beginning; then the attempt counts as failed.</summary>
    // The service answers within its own deadline of two seconds.
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest silence of a stream; then its connection counts as broken.</summary>
    // The service shows every 15 seconds that a stream is alive.
    public TimeSpan StreamTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest <c>Retry-After</c> that is waited for; a longer one ends the call with the refusal.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Wait before the second attempt where the service names none; doubled for each further one.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest such wait.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(5);
}
