using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.Routing;

/// <summary>How payments of other nodes' shards are sent there. Config section "Routing".</summary>
public sealed class RoutingOptions
{
    public const string Section = "Routing";

    /// <summary>Messages on their way to one shard at a time; what comes meanwhile goes with the next.</summary>
    // One is being scored, one is on the wire in each direction, one is in reserve for a slow commit.
    [Range(1, 64)]
    public int RequestsInFlight { get; set; } = 4;

    /// <summary>Payments that may be on their way to other nodes, over all of them; the next one is refused with 503.</summary>
    // As many as a front door holds by default. Akka.Remote's own buffer has no bound.
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 4_096;

    /// <summary>Requests that may wait between two attempts at a shard that is on its way; the next one is refused with 503 at once.</summary>
    // About 2 kB each.
    [Range(0, 1_000_000)]
    public int MaxOwnerWaits { get; set; } = 4_096;
}
