using Fraud.Model;

namespace Fraud.Stream.Storage;

/// <summary>How a label is completed by what the store knows.</summary>
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
}
