using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.Alerts;

/// <summary>The live stream of alerts. Config section "AlertStream".</summary>
public sealed class AlertStreamOptions
{
    public const string Section = "AlertStream";

    /// <summary>Clients of this node at a time; the next is refused with 503.</summary>
    // Each is a connection and, while it is behind, a question to the store now and then.
    [Range(1, 10_000)]
    public int MaxClients { get; set; } = 100;

    /// <summary>Latest alerts held for all clients together; a client that falls further behind reads on from the store.</summary>
    // About 700 bytes each.
    [Range(16, 1_000_000)]
    public int Capacity { get; set; } = 4_096;

    /// <summary>How long after an alert a client may still resume behind it.</summary>
    // Over a night or a weekend, people read the list instead.
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often the store is asked for new alerts while there are clients.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A quiet stream shows this often that it is alive.</summary>
    // Proxies end what is silent for 30 to 60 seconds.
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A client that takes nothing for this long is dropped.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
