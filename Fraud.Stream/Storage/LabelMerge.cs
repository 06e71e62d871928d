using Fraud.Model;

namespace Fraud.Stream.Storage;

/// <summary>How a label is completed by what the store knows.</summary>
/// <remarks>
/// A label counts at its payment's time, card and terminal. Until all of them are known, or its payment is, it
/// waits: it is stored with time 0, which no payment has.
/// </remarks>
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

    /// <summary>The label as it is stored, and what it changes.</summary>
    /// <param name="stored">What the store holds of it already.</param>
    /// <param name="payment">Its payment, when that is stored.</param>
    public static (Label Label, int FraudDelta) Merge(Label label, Label? stored, Label? payment)
    {
        var merged = stored is { } before ? before.FilledFrom(label) with { IsFraud = label.IsFraud } : label;
        merged = payment is { } paid ? merged.FilledFrom(paid) : merged;
        if (payment is null && !merged.IsWhole())
        {
            merged = merged with { EventTimeMs = 0 };
        }

        return (merged, Counted(merged) - (stored is { } known ? Counted(known) : 0));
    }

    /// <summary>Waits for its payment.</summary>
    public static bool IsWaiting(this Label label) => label.EventTimeMs == 0;

    private static bool IsWhole(this Label label) =>
        !label.CardId.IsEmpty && !label.TerminalId.IsEmpty && label.EventTimeMs != 0;

    private static int Counted(Label label) => label.IsFraud && !label.IsWaiting() ? 1 : 0;
}
