using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.Stats;

/// <summary>What the node watches of itself, and when it speaks up. Config section "Stats".</summary>
public sealed class StatsOptions
{
    public const string Section = "Stats";

    /// <summary>How often processor and memory are looked at; processor use is averaged over this.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>95 % of the last payments should be decided within this.</summary>
    // The limit that the reference systems alert at.
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan LatencyLimit { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Of the memory that the process may use, in percent.</summary>
    [Range(1.0, 100.0)]
    public double MemoryLimitPercent { get; set; } = 80;

    /// <summary>Of all processors, in percent.</summary>
    [Range(1.0, 100.0)]
    public double CpuLimitPercent { get; set; } = 90;
}
