using System.ComponentModel.DataAnnotations;

namespace Fraud.Model.History;

/// <summary>How much history the features look at and how much is kept. Config section "Profile".</summary>
public sealed class ProfileOptions
{
    public const string Section = "Profile";

    /// <summary>How long it takes until frauds are known; terminal features look only at older payments.</summary>
    // The Fraud Detection Handbook's delay. A model is trained with it: change both together.
    // At least a minute, because terminals count a payment only when it is stored.
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")]
    public TimeSpan LabelDelay { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How far apart in event time payments may arrive and still find all that their windows reach back to:
    /// partitions are read at different speeds, and payments come late.
    /// </summary>
    // A replay flat out runs four days of the handbook's payments apart with 40,000 in flight.
    [Range(typeof(TimeSpan), "00:00:00", "90.00:00:00")]
    public TimeSpan Lateness { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Most buckets of one card; beyond, its windows get coarser instead of longer.</summary>
    // 24 bytes each: at most 12 kB a card. Seventeen payments a day for 30 days stay exact to the second.
    [Range(64, 65_536)]
    public int MaxBucketsPerCard { get; set; } = 512;

    /// <summary>Most buckets of one terminal.</summary>
    // Six hours wide, 44 days are 176 buckets; a terminal with fewer than 1,024 seconds of traffic in them stays exact.
    [Range(64, 65_536)]
    public int MaxBucketsPerTerminal { get; set; } = 1_024;

    /// <summary>
    /// Payment ids remembered in each shard: one that comes again is counted once, and answered as it was. One that comes again later is
    /// scored again, and taken back from the histories once its row turns out to be there.
    /// </summary>
    // Some thirty bytes each, so 4 MB a full shard. At 1,000 payments/s over six shards that is the last 13 minutes. Who takes a shard over
    // reads the pages of so many: with features 26 MB.
    [Range(0, 100_000_000)]
    public int RecentIdsPerShard { get; set; } = 131_072;

    /// <summary>How long they are remembered. For so long the journal keeps its pages, from which answers to repeats come.</summary>
    // Callers and producers send again within minutes. A quarter of an hour of 1,000 payments/s is some 180 MB of pages.
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan RecentIdsFor { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How far back from the newest payment histories reach: the longest window of a feature, the label delay and the lateness.</summary>
    public TimeSpan Reach => LabelDelay + TimeSpan.FromDays(30) + Lateness;
}
