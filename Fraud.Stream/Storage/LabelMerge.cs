using Fraud.Model;

namespace Fraud.Stream.Storage;

/// <summary>How a label is completed by what the store knows, and what it changes.</summary>
internal static class LabelMerge
{
    /// <summary>
    /// The label with the other's card, terminal and event time where it left them out. A stored label is
    /// completed by its correction, not the other way round: what is taken back is what was counted.
    /// </summary>
    public static Label FilledFrom(this Label label, Label other) => label with
    {
        CardId = label.CardId.IsEmpty ? other.CardId : label.CardId,
        TerminalId = label.TerminalId.IsEmpty ? other.TerminalId : label.TerminalId,
        EventTimeMs = label.EventTimeMs == 0 ? other.EventTimeMs : label.EventTimeMs,
    };

    /// <summary>What storing a label leads to.</summary>
    /// <param name="label">As it came.</param>
    /// <param name="before">The stored label of the same payment, if any.</param>
    /// <param name="waited">The stored label waits for its payment.</param>
    /// <param name="payment">Card, terminal and time of the stored payment, if any.</param>
    public static MergedLabel Merge(Label label, Label? before, bool waited, Label? payment)
    {
        var wasCounted = before is { IsFraud: true } && !waited;
        var merged = before is { } stored ? stored.FilledFrom(label) with { IsFraud = label.IsFraud } : label;
        merged = payment is { } paid ? merged.FilledFrom(paid) : merged;
        // A payment may lack a terminal itself; once it is stored there is nothing more to wait for.
        var isKnown = payment is not null || wasCounted || merged.IsComplete();
        var waits = merged.IsFraud && !isKnown;
        var isCounted = merged.IsFraud && isKnown;
        return new MergedLabel(merged, waits, (isCounted ? 1 : 0) - (wasCounted ? 1 : 0));
    }

    private static bool IsComplete(this Label label) =>
        !label.CardId.IsEmpty && !label.TerminalId.IsEmpty && label.EventTimeMs != 0;
}

/// <summary>A label as it is stored.</summary>
/// <param name="Waits">A fraud that nobody can place before its payment is stored.</param>
/// <param name="FraudDelta">-1, 0 or +1.</param>
internal readonly record struct MergedLabel(Label Label, bool Waits, int FraudDelta);
