using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.FanOut;

/// <summary>How results reach the store. Config section "Persistence".</summary>
public sealed class PersistenceOptions
{
    public const string Section = "Persistence";

    /// <summary>
    /// When a caller over HTTP gets the answer: when the result is in the store, or already when it is
    /// scored (quicker by one commit; a crash in between loses results that were answered).
    /// </summary>
    public Acknowledge Acknowledge { get; set; } = Acknowledge.Stored;

    /// <summary>Most payments in one transaction; 0 for what suits the store.</summary>
    [Range(0, 100_000)]
    public int MaxGroupSize { get; set; }

    /// <summary>
    /// Most payments from Kafka in one transaction while others come over HTTP, which wait for it to end; more where the store takes
    /// long however few there are.
    /// </summary>
    // A quarter of SQLite's usual group: 2 to 3 ms on two busy cores, where the whole takes 7 to 12.
    [Range(1, 100_000)]
    public int MaxGroupBesideHttp { get; set; } = 64;

    /// <summary>First and longest wait before a failed commit is tried again; doubled in between, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryMin { get; set; } = TimeSpan.FromMilliseconds(20);

    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan RetryMax { get; set; } = TimeSpan.FromSeconds(5);
}

public enum Acknowledge
{
    Stored,
    Scored,
}
