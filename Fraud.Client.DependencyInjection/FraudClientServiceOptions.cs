using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fraud.Client.DependencyInjection;

/// <summary>How the <see cref="FraudClient"/> of a service collection asks, and how often again. Checked when the host starts.</summary>
public sealed class FraudClientServiceOptions
{
    /// <summary>The service, such as http://127.0.0.1:8000; needed.</summary>
    [Required]
    public Uri? Address { get; set; }

    /// <summary>Sent as X-API-Key; by default what <see cref="FraudClientOptions.ApiKeyVariable"/> holds. Null or empty: none is sent.</summary>
    public string? ApiKey { get; set; } = Environment.GetEnvironmentVariable(FraudClientOptions.ApiKeyVariable);

    /// <summary>How often a request is sent again after the first attempt, 0 to 20; 0: never.</summary>
    [Range(0, 20)]
    public int MaxRetries { get; set; } = 3;

    /// <summary>Longest wait for one answer; then the attempt counts as failed. 10 ms to 5 minutes.</summary>
    // The service answers within its own deadline of two seconds.
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest for a call with all its attempts and waits, longer than <see cref="AttemptTimeout"/>; at most an hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest <c>Retry-After</c> that is waited for; a longer one ends the call with the refusal.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Wait before the second attempt where the service names none; doubled for each further one, with jitter. 1 ms to 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest such wait, not below <see cref="MinBackoff"/>; at most 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest silence of a stream; then its connection counts as broken. 1 second to 1 hour.</summary>
    // The service shows every 15 seconds that a stream is alive.
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StreamTimeout { get; set; } = TimeSpan.FromSeconds(60);
}

/// <summary>Says all that is wrong at once.</summary>
internal sealed class FraudClientServiceOptionsCheck : IValidateOptions<FraudClientServiceOptions>
{
    public ValidateOptionsResult Validate(string? name, FraudClientServiceOptions options)
    {
        var mistakes = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), mistakes, validateAllProperties: true);
        var all = mistakes.ConvertAll(static mistake => mistake.ErrorMessage!);
        if (options.Address is { } address && !(address.IsAbsoluteUri && address.Scheme is "http" or "https"))
        {
            all.Add($"{nameof(options.Address)}: expected an address with http or https, such as http://127.0.0.1:8000");
        }

        if (options.TotalTimeout <= options.AttemptTimeout)
        {
            all.Add($"{nameof(options.TotalTimeout)}: expected more than {nameof(options.AttemptTimeout)}");
        }

        if (options.MaxBackoff < options.MinBackoff)
        {
            all.Add($"{nameof(options.MaxBackoff)}: expected at least {nameof(options.MinBackoff)}");
        }

        return all.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }
}
