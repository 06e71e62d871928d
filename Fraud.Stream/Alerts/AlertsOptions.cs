using System.ComponentModel.DataAnnotations;
using Fraud.Stream.ReadModel;

namespace Fraud.Stream.Alerts;

/// <summary>How alerts and dead letters are sent behind the journal. Config section "Alerts".</summary>
public sealed class AlertsOptions
{
    public const string Section = "Alerts";

    /// <summary>Records from which on no more pages are taken before Kafka has acknowledged these.</summary>
    // Enough to fill a produce request, and few enough that a crash repeats little.
    [Range(1, 100_000)]
    public int MaxRecords { get; set; } = 500;

    /// <summary>Bytes of such records, likewise: dead letters are as large as what was sent.</summary>
    // A dead letter of Kafka's default limit of 1 MB, and some more; with the client's own copy twice that.
    [Range(1, 1_000_000_000)]
    public int MaxBytes { get; set; } = 4_000_000;

    /// <summary>Pages of a shard that are read from the journal at once, and that are taken before positions are looked at again.</summary>
    // As of rows.
    [Range(1, 10_000)]
    public int PagesAtOnce { get; set; } = 256;

    /// <summary>Pages that wait to be looked through; more are dropped from memory and read from the journal.</summary>
    // The same bytes that wait for their rows, which keep as many.
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 1_024;

    /// <summary>How long pages are waited for that come soon, before they are looked through together.</summary>
    // As of rows, without which no one can look an alert's payment up.
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan Gather { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long nothing may come before the open shards are looked at again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Look { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it is stored up to which page Kafka has all: what a crash repeats is at most so old.</summary>
    // One small transaction a second beside hundreds of commits.
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan PositionInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Pages behind one that waits for Kafka, perhaps because a topic is missing; no more are looked through then.</summary>
    // Some ten seconds of commits, 4 bytes each; a crash repeats what they said.
    [Range(1, 10_000_000)]
    public int MaxPagesAhead { get; set; } = 10_000;

    /// <summary>First and longest wait for a store that is away; doubled in between, with jitter. Kafka's are <see cref="Ingest.KafkaOptions"/>'.</summary>
    // As of rows.
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryMin { get; set; } = TimeSpan.FromMilliseconds(20);

    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan RetryMax { get; set; } = TimeSpan.FromSeconds(5);

    public IntakePace ToPace() => new(PagesAtOnce, Gather, Look, RetryMin, RetryMax);
}
