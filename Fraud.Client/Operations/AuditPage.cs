namespace Fraud.Client;

/// <summary>A page of the audit log.</summary>
public sealed record AuditPage
{
    /// <summary>The newest first.</summary>
    public IReadOnlyList<AuditEntry> Data { get; init; } = [];

    /// <summary>How many are in this page.</summary>
    public int Count { get; init; }

    /// <summary>Sent as <c>before</c> of the next page; null when this is the last.</summary>
    public long? NextBefore { get; init; }
}

/// <summary>What someone did.</summary>
public sealed record AuditEntry
{
    /// <summary>Newer ones are higher.</summary>
    public long Id { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public string Actor { get; init; } = "";

    /// <summary>What was done.</summary>
    public string Action { get; init; } = "";

    /// <summary>To what, by its id.</summary>
    public string Subject { get; init; } = "";

    /// <summary>"done", or why not.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>More about it; may be empty.</summary>
    public string Detail { get; init; } = "";
}
