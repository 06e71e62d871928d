using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Overload;

/// <summary>When the front door refuses. Config section "Overload".</summary>
public sealed class OverloadOptions
{
    public const string Section = "Overload";

    /// <summary>
    /// Payments over HTTP that may wait for a lane; the next one is refused with 503.
    /// </summary>
    // Half a second of work at the 8,000 payments/s that one core answers over HTTP: more would only wait past its deadline.
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 4_096;

    /// <summary>Payments a second that one client may send on average; above it, 429. 0 switches the limit off.</summary>
    // The published limit of the reference system's proxy.
    [Range(0, 10_000_000)]
    public int RatePerSecond { get; set; } = 5_000;

    /// <summary>Payments that one client may send at once on top of its rate.</summary>
    [Range(1, 10_000_000)]
    public int Burst { get; set; } = 1_000;

    /// <summary>Clients whose rate is remembered; the longest idle is forgotten first.</summary>
    // 100 bytes each: 10 MB.
    [Range(1, 10_000_000)]
    public int MaxClients { get; set; } = 100_000;

    /// <summary>Longest time from admission to answer; later the caller gets 503 and may retry.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long 99 of 100 payments over HTTP should take from admission to answer; while they take longer, less is taken
    /// from Kafka. Zero: Kafka is never held back.
    /// </summary>
    // Leaves the client's way and Kestrel as much again below 25 ms.
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan HttpLatencyTarget { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Payments a second that are taken from Kafka however long HTTP takes.</summary>
    // A tenth of what two cores score from Kafka: its backlog goes on shrinking, and HTTP hardly feels it.
    [Range(1, 10_000_000)]
    public int KafkaLeastRate { get; set; } = 4_000;
}
