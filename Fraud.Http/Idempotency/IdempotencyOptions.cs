using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.Idempotency;

/// <summary>Requests that carry an Idempotency-Key. Config section "Idempotency".</summary>
public sealed class IdempotencyOptions
{
    public const string Section = "Idempotency";

    /// <summary>Refuse payments, batches and labels without a key with 400.</summary>
    public bool Required { get; set; }

    /// <summary>How long an answer is kept for a repeated key.</summary>
    // A day is what payment services keep keys for; payments are known by their ids for ever.
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Keys that are remembered; the oldest answered one is forgotten first.</summary>
    // 300 bytes each beside the answers: 30 MB.
    [Range(1, 10_000_000)]
    public int MaxKeys { get; set; } = 100_000;

    /// <summary>Bytes of answers that are kept; the oldest are forgotten first.</summary>
    // 100,000 answers to single payments, of about 600 bytes.
    [Range(1_024, 10_000_000_000)]
    public long MaxBytes { get; set; } = 64 << 20;

    /// <summary>A longer answer is not kept: a repeat is then carried out, and its payments known by their ids.</summary>
    // A batch of 1,000 payments is answered with about 500 kB.
    [Range(1_024, 100_000_000)]
    public int MaxAnswerBytes { get; set; } = 1 << 20;
}
