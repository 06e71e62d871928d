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
    // With 64 payments each some 300 kB, and a second of a busy node.
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 4_096;

    /// <summary>How long nothing may come before the open shards are looked at again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Look { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>First and longest wait before a failed transaction is tried again; doubled in between, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryMin { get; set; } = TimeSpan.FromMilliseconds(20);

    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan RetryMax { get; set; } = TimeSpan.FromSeconds(5);
}
