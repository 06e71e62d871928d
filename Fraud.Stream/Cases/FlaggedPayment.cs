using Fraud.Model;

namespace Fraud.Stream.Cases;

/// <summary>A stored payment that was reviewed or blocked, and how far people are with it.</summary>
/// <param name="Position">Place in the order of writing; unique.</param>
/// <param name="AmountMinor">In minor units of the currency.</param>
/// <param name="EventTimeMs">When it happened, milliseconds since 1970 UTC.</param>
/// <param name="ScoredAtMs">When it was stored.</param>
public sealed record FlaggedPayment(
    long Position,
    string TransactionId,
    string CardId,
    string TerminalId,
    long AmountMinor,
    string Currency,
    long EventTimeMs,
    string Source,
    float Score,
    Decision Decision,
    IReadOnlyList<string> Reasons,
    string Model,
    string ModelVersion,
    long ScoredAtMs,
    CaseState Case);

/// <summary>How far people are with a flagged payment.</summary>
/// <param name="Version">Raised by each change; 0 when there was none.</param>
/// <param name="ChangedAtMs">0 when there was no change; likewise who and note.</param>
/// <param name="Note">Of the last change.</param>
public sealed record CaseState(CaseStatus Status, long Version, long ChangedAtMs, string ChangedBy, string? Note)
{
    public static CaseState New { get; } = new(CaseStatus.New, 0, 0, "", null);
}

/// <summary>Which flagged payments; latest first.</summary>
/// <param name="Limit">Most to return.</param>
/// <param name="After">Only those behind this place.</param>
/// <param name="FromMs">Earliest event time.</param>
/// <param name="ToMs">First event time that is too late.</param>
public sealed record FlaggedQuery(
    int Limit,
    int Offset = 0,
    FlaggedPlace? After = null,
    float? MinScore = null,
    CaseStatus? Status = null,
    long? FromMs = null,
    long? ToMs = null);

/// <summary>A place in the list: payments that come later do not move it.</summary>
public readonly record struct FlaggedPlace(long EventTimeMs, long Position);

/// <summary>Flagged payments in the order of writing.</summary>
/// <param name="UpTo">No other flagged payment will ever appear up to here: continue after it.</param>
public sealed record AlertPage(IReadOnlyList<FlaggedPayment> Alerts, long UpTo);
