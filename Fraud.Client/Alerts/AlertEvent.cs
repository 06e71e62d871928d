namespace Fraud.Client;

/// <summary>What the stream of alerts brings: either an alert, or word of a gap.</summary>
public sealed record AlertEvent
{
    /// <summary>Its place in the stream: where to go on from after it.</summary>
    public required string Id { get; init; }

    /// <summary>The alert; null when it is a gap.</summary>
    public Alert? Alert { get; init; }

    /// <summary>Alerts that are too old to be sent again; null when it is an alert.</summary>
    public AlertGap? Gap { get; init; }
}

/// <summary>A payment was reviewed or blocked.</summary>
public sealed record Alert : Flagged
{
    /// <summary>Stays the same when the alert comes again.</summary>
    public required string AlertId { get; init; }
}

/// <summary>Alerts in between are no longer sent; the list of flagged payments has them.</summary>
public sealed record AlertGap
{
    /// <summary>The last event before the gap.</summary>
    public long After { get; init; }

    /// <summary>The stream goes on after this one.</summary>
    public long ContinuesAfter { get; init; }

    /// <summary>In words.</summary>
    public string Detail { get; init; } = "";
}
