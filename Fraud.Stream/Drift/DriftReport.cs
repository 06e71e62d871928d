using Fraud.Model.Drift;

namespace Fraud.Stream.Drift;

/// <summary>What a reference is of.</summary>
/// <param name="Origin">"manifest", or "learned" from this node's own first payments.</param>
public sealed record ReferenceNote(string Origin, long Rows, string From, string To);

/// <summary>A distribution at the last look.</summary>
/// <param name="NewShare">Share of payments with values that the reference does not know; null for numbers.</param>
/// <param name="Worst">The measure furthest beyond its limit, or nearest to it.</param>
/// <param name="IsDrifted">Beyond a limit at the last look; the alarm waits for several in a row.</param>
/// <param name="IsUnjudged">The window has too little of it to say anything.</param>
/// <param name="IsWaiting">There is less history stored than it looks back; it is not counted yet.</param>
/// <param name="NewValues">The most frequent of them, with their payments in the window.</param>
public sealed record ColumnReport(
    DriftAlarmKind Kind,
    string Subject,
    int Payments,
    Distance Distance,
    Distance Limit,
    double? NewShare,
    string Worst,
    bool IsDrifted,
    bool IsRaised,
    bool IsExcluded,
    bool IsUnjudged,
    bool IsWaiting,
    IReadOnlyList<KeyValuePair<string, int>> NewValues)
{
    /// <summary>New values that are kept for the report; what comes beyond them is only counted.</summary>
    public const int MaxNewValues = 8;
}

/// <summary>An alarm that was raised or cleared.</summary>
public sealed record DriftChange(
    bool IsRaised, DriftAlarmKind Kind, string Subject, string Measure, double Value, double Threshold, string Detail);

/// <summary>What a monitor knows now.</summary>
/// <param name="Status">"disabled", "learning" (no reference yet), "filling" (the first window) or "watching".</param>
/// <param name="Skipped">Payments not looked at because there were too many in their second.</param>
public sealed record DriftReport(
    string Status,
    string Model,
    string Version,
    ReferenceNote? Reference,
    long Payments,
    long Skipped,
    int InWindow,
    int WindowPayments,
    double DataDriftScore,
    IReadOnlyList<ColumnReport> Columns);
