using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.Stripe;

/// <summary>Events from Stripe. Config section "Stripe".</summary>
public sealed class StripeOptions : IValidatableObject
{
    public const string Section = "Stripe";

    /// <summary>The name of the secret in Stripe's own examples; taken when <see cref="WebhookSecrets"/> is empty.</summary>
    public const string Alias = "STRIPE_WEBHOOK_SECRET";

    // Stripe's have "whsec_" and 32 letters or more.
    private const int ShortestSecret = 16;

    /// <summary>
    /// The endpoint's signing secrets, separated by commas: more than one while they are changed. They are secrets: give
    /// Stripe__WebhookSecrets in the environment. Empty: the address answers 404.
    /// </summary>
    public string WebhookSecrets { get; set; } = "";

    /// <summary>How far the time of a signature may be from the clock.</summary>
    // What Stripe's own libraries take.
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Tolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Reasons of disputes that count as fraud, separated by commas; * for all. Disputes over goods say nothing about the
    /// card.
    /// </summary>
    [Required]
    public string FraudReasons { get; set; } = "fraudulent,unrecognized";

    /// <summary>Which events count: those of real payments, those of Stripe's test mode, or both. The others are answered with 200 and counted.</summary>
    public StripeMode Mode { get; set; } = StripeMode.Live;

    public IReadOnlyList<string> Secrets => Split(WebhookSecrets);

    /// <param name="reason">Of a dispute; empty: it was at least disputed. Null: there is no such dispute.</param>
    public bool IsFraudReason(string? reason) =>
        reason is not null && (reason.Length == 0 || Split(FraudReasons) is var reasons && (reasons.Contains("*") || reasons.Contains(reason)));

    public bool Takes(bool isLive) => Mode is StripeMode.Any || Mode == (isLive ? StripeMode.Live : StripeMode.Test);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Secrets.Any(static secret => secret.Length < ShortestSecret))
        {
            yield return new ValidationResult(
                $"{Section}:WebhookSecrets: expected signing secrets of at least {ShortestSecret} characters, separated by commas", [nameof(WebhookSecrets)]);
        }
    }

    private static string[] Split(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>Stripe's two worlds.</summary>
public enum StripeMode
{
    /// <summary>Real payments alone.</summary>
    Live,

    /// <summary>Payments of the test mode and of sandboxes alone.</summary>
    Test,

    /// <summary>Both.</summary>
    Any,
}
