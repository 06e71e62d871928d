using System.Text.Json.Serialization;

namespace Fraud.Client;

/// <summary>What is to become of a case.</summary>
public sealed record StatusChange
{
    /// <summary>The status from now on.</summary>
    public required CaseStatus NewStatus { get; init; }

    /// <summary>For the people who read it later; at most <c>Cases:MaxNoteLength</c> characters.</summary>
    public string? Note { get; init; }
}

/// <summary>A change that is stored.</summary>
public sealed record StatusChanged
{
    /// <summary>That it was done.</summary>
    public string Message { get; init; } = "";

    /// <summary>The payment.</summary>
    public required string TransactionId { get; init; }

    /// <summary>The status before.</summary>
    public CaseStatus OldStatus { get; init; }

    /// <summary>The status now.</summary>
    public CaseStatus NewStatus { get; init; }

    /// <summary>The case's version now.</summary>
    public long Version { get; init; }

    /// <summary>The same as <c>If-Match</c> takes it.</summary>
    [JsonIgnore]
    public string ETag { get; init; } = "";
}
