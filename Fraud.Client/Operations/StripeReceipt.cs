namespace Fraud.Client;

/// <summary>What became of an event of Stripe's.</summary>
public sealed record StripeReceipt
{
    /// <summary>Always true: what was not taken is a refusal.</summary>
    public bool Received { get; init; }

    /// <summary>"payment", "label", "repeated" or "ignored".</summary>
    public string Outcome { get; init; } = "";

    /// <summary>The score of a payment.</summary>
    public Score? Result { get; init; }
}
