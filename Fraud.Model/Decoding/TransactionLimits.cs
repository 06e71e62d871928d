using System.ComponentModel.DataAnnotations;

namespace Fraud.Model.Decoding;

/// <summary>What a payment may look like. Config section "Limits".</summary>
public sealed class TransactionLimits
{
    public const string Section = "Limits";

    /// <summary>Largest amount in minor units of its currency.</summary>
    // Ten billion in a currency with two decimals: above any card payment, far below where a float sum loses cents.
    [Range(1, 1_000_000_000_000_000)]
    public long MaxAmountMinor { get; set; } = 1_000_000_000_000;

    /// <summary>Longest identifier, in UTF-8 bytes.</summary>
    // What a payment holds in place (ShortText.Capacity).
    [Range(1, ShortText.Capacity)]
    public int MaxIdLength { get; set; } = ShortText.Capacity;

    /// <summary>Currency of payments that name none; an ISO 4217 code.</summary>
    [RegularExpression("^[A-Z]{3}$")]
    public string DefaultCurrency { get; set; } = "EUR";

    /// <summary>Largest body of a request or record, in bytes.</summary>
    // A batch of 1,000 payments with 30 features each is about 600 kB; Kafka's own default limit is 1 MB.
    [Range(256, 100_000_000)]
    public int MaxBodyBytes { get; set; } = 1_048_576;

    /// <summary>Deepest nesting of JSON that is read (in fields that are skipped).</summary>
    // A payment is one level deep; the rest is for fields that are not ours.
    [Range(2, 64)]
    public int MaxJsonDepth { get; set; } = 16;

    /// <summary>Event times further ahead of the clock are refused.</summary>
    // Clocks of terminals differ by minutes; a day covers a wrong time zone.
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan MaxFutureSkew { get; set; } = TimeSpan.FromDays(1);
}
