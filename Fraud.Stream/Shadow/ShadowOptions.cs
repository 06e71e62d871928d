using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Shadow;

/// <summary>How shadow models keep up, and how long what they said is kept. Config section "Shadow".</summary>
public sealed class ShadowOptions
{
    public const string Section = "Shadow";

    /// <summary>
    /// Payments of each scoring thread that may wait for the shadow models; rounded up to a power of two. Beyond these they
    /// are not shadowed, and counted.
    /// </summary>
    // A second of what two cores answer over HTTP; about 200 bytes each.
    [Range(16, 1 << 20)]
    public int QueueCapacity { get; set; } = 8_192;

    /// <summary>Share of the shadowed payments that are stored for reports, drawn by their ids. Metrics count all.</summary>
    [Range(0.0, 1.0)]
    public double StoredShare { get; set; } = 1;

    /// <summary>How long scores of shadow models are kept.</summary>
    // Labels come for weeks; a report on older versions is about models that are gone.
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(60);

    /// <summary>Most scores of shadow models in the store, of all models together; the oldest leave first.</summary>
    // About 300 MB in SQLite with its index.
    [Range(1_000, 1_000_000_000)]
    public long MaxRows { get; set; } = 1_000_000;
}
