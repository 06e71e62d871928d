using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Lifecycle;

/// <summary>Stopping and restarting of the graph. Config section "Lifecycle".</summary>
public sealed class LifecycleOptions
{
    public const string Section = "Lifecycle";

    /// <summary>Longest that a stop waits for what is in flight. What is unfinished then is read again after the next start.</summary>
    // Kubernetes kills after 30 s; this leaves it room.
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>First and longest wait before a graph that failed is built anew.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RestartMin { get; set; } = TimeSpan.FromMilliseconds(200);

    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RestartMax { get; set; } = TimeSpan.FromSeconds(10);
}
