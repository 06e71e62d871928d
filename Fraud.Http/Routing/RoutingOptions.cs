using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.Routing;

/// <summary>How payments of other nodes' shards are sent there. Config section "Routing".</summary>
public sealed class RoutingOptions
{
    public const string Section = "Routing";

    /// <summary>Requests on their way to one node at a time, all over one connection; what comes meanwhile goes with the next.</summary>
    // One computes, one is on the wire in each direction, one is in reserve for a slow commit.
    [Range(1, 64)]
    public int RequestsInFlight { get; set; } = 4;

    /// <summary>Payments that may wait to be sent to one node; the next one is refused with 503.</summary>
    // As many as a front door holds by default: a node is not sent more than it would take itself.
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 4_096;

    /// <summary>Requests that may wait for an owner of their shard; the next one is refused with 503 at once.</summary>
    // About 2 kB each.
    [Range(0, 1_000_000)]
    public int MaxOwnerWaits { get; set; } = 4_096;

    /// <summary>While a node says that it does not serve a shard, or is away, it is asked again this often until <c>Cluster:OwnerWait</c> is over.</summary>
    // A take-over that is under way ends in tens of milliseconds when little has to be replayed.
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Nodes that a connection is kept to; the longest idle one is closed for another.</summary>
    [Range(1, 10_000)]
    public int MaxNodes { get; set; } = 256;

    /// <summary>A node that got nothing for this long is disconnected.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest time for a connection to come about.</summary>
    // Nodes of one cluster answer in a millisecond; a lost first packet is sent again after a second.
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(1.5);
}
