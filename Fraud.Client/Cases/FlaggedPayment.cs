using System.Text.Json.Serialization;

namespace Fraud.Client;

/// <summary>How far people are with a flagged payment.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaseStatus>))]
public enum CaseStatus
{
    /// <summary>No one has looked at it.</summary>
    [JsonStringEnumMemberName("NEW")]
    New,

    /// <summary>An analyst looks at it.</summary>
    [JsonStringEnumMemberName("INVESTIGATED")]
    Investigated,

    /// <summary>It was fraud; stored as a label, too.</summary>
    [JsonStringEnumMemberName("FRAUD")]
    Fraud,

    /// <summary>It was legitimate; stored as a label, too.</summary>
    [JsonStringEnumMemberName("DISMISSED")]
    Dismissed,
}

/// <summary>A payment that was reviewed or blocked, and the case about it.</summary>
public record FlaggedPayment : Flagged
{
    /// <summary>How far people are with it.</summary>
    public CaseStatus Status { get; init; }

    /// <summary>Raised by each change; 0 when there was none.</summary>
    public long Version { get; init; }

    /// <summary>When it was changed last; null when it was not.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Who changed it.</summary>
    public string? UpdatedBy { get; init; }

    /// <summary>What was noted with the last change.</summary>
    public string? Note { get; init; }
}

/// <summary>A flagged payment with what was done about it.</summary>
public sealed record FlaggedPaymentDetail : FlaggedPayment
{
    /// <summary>What people did about it: its last 100 changes.</summary>
    public IReadOnlyList<CaseChange> History { get; init; } = [];

    /// <summary>The case's version as <c>If-Match</c> and <c>If-None-Match</c> take it.</summary>
    [JsonIgnore]
    public string ETag { get; init; } = "";
}

/// <summary>One change of a case.</summary>
public sealed record CaseChange
{
    /// <summary>The case's version that the change made.</summary>
    public long Version { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public string By { get; init; } = "";

    /// <summary>The status before.</summary>
    public CaseStatus From { get; init; }

    /// <summary>The status from then on.</summary>
    public CaseStatus To { get; init; }

    /// <summary>What was noted.</summary>
    public string? Note { get; init; }
}

/// <summary>A page of flagged payments.</summary>
public sealed record FlaggedPaymentPage
{
    /// <summary>In the order asked for.</summary>
    public IReadOnlyList<FlaggedPayment> Data { get; init; } = [];

    /// <summary>How many are in this page.</summary>
    public int Count { get; init; }

    /// <summary>How many a page may have.</summary>
    public int Limit { get; init; }

    /// <summary>Sent as the cursor of the next page; null when this is the last.</summary>
    public string? NextCursor { get; init; }
}
