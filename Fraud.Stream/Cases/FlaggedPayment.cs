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

/// <summary>Which flagged payments, and in what order.</summary>
/// <param name="Limit">Most to return.</param>
/// <param name="After">Only those behind this place of the same order.</param>
/// <param name="FromMs">Earliest event time.</param>
/// <param name="ToMs">First event time that is too late.</param>
public sealed record FlaggedQuery(
    int Limit,
    int Offset = 0,
    FlaggedPlace? After = null,
    float? MinScore = null,
    CaseStatus? Status = null,
    long? FromMs = null,
    long? ToMs = null,
    FlaggedOrder Order = FlaggedOrder.Time);

/// <summary>What comes first in a list; of equals the latest.</summary>
public enum FlaggedOrder
{
    /// <summary>The latest. An index has this order: a page costs as much as is in it.</summary>
    Time,

    /// <summary>The highest score. Everything that the filters leave is read for a page.</summary>
    Score,

    /// <summary>The highest amount in minor units, whatever the currency. Likewise.</summary>
    Amount,
}

/// <summary>A place in the list: payments that come later do not move it.</summary>
/// <param name="Key">Score or amount, where the list is ordered by it.</param>
public readonly record struct FlaggedPlace(long EventTimeMs, long Position, double Key = 0)
{
    public static FlaggedPlace Of(FlaggedPayment payment, FlaggedOrder order) => new(payment.EventTimeMs, payment.Position, order switch
    {
        FlaggedOrder.Score => payment.Score,
        FlaggedOrder.Amount => payment.AmountMinor,
        _ => 0,
    });
}

/// <summary>Flagged payments in the order of writing.</summary>
/// <param name="UpTo">No other flagged payment will ever appear up to here: continue after it.</param>
public sealed record AlertPage(IReadOnlyList<FlaggedPayment> Alerts, long UpTo);
