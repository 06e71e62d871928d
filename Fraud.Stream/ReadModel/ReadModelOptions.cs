using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.ReadModel;

/// <summary>How rows are written behind the journal. Config section "ReadModel".</summary>
public sealed class ReadModelOptions
{
    public const string Section = "ReadModel";

    /// <summary>Payments from which on a transaction takes no more pages.</summary>
    // Some 30 ms of work on SQLite. Larger ones stored hardly more a second, and hold labels and cases up for longer.
    [Range(1, 100_000)]
    public int MaxTransaction { get; set; } = 4_096;

    /// <summary>Pages of a shard that are read from the journal at once.</summary>
    // A page holds one to some hundred payments.
    [Range(1, 10_000)]
    public int PagesAtOnce { get; set; } = 256;

    /// <summary>Pages that wait to be written; more are dropped from memory and read from the journal.</summary>
    // Of at most 256 payments with 200 bytes each in SQLite: 52 MB, and far less as a rule.
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 1_024;

    /// <summary>
    /// Payments without a row from which on no more are taken in: over HTTP they are refused with 503, Kafka's partitions wait.
    /// </summary>
    // What PostgreSQL writes in eight seconds and SQLite in two (fraud bench rows), and some 40 MB of pages. Rows that are away for longer
    // stop the intake after half a minute of 16,000 payments/s, or after eight of 1,000.
    [Range(1, 1_000_000_000)]
    public int MaxBehind { get; set; } = 500_000;

    /// <summary>How long who asks for a payment by its id waits for its row, when it is committed and has none yet.</summary>
    // Rows are some milliseconds behind, and a person does not notice a second.
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan ReadWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long pages are waited for that come soon, before they are written together.</summary>
    // Without it each commit of a busy node, one a millisecond, was followed by a transaction of its own, and HTTP answered a seventh less.
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan Gather { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long nothing may come before the open shards are looked at again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Look { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long what is known of parked payments may be old: they are counted so often, for the metric and the health checks.</summary>
    // Half of what Prometheus waits between two scrapes; the table is empty as a rule.
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan CountParked { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>First and longest wait before a failed transaction is tried again; doubled in between, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryMin { get; set; } = TimeSpan.FromMilliseconds(20);

    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan RetryMax { get; set; } = TimeSpan.FromSeconds(5);

    public IntakePace ToPace() => new(PagesAtOnce, Gather, Look, RetryMin, RetryMax);
}
