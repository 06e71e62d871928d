using Fraud.Model;
using Fraud.Model.Snapshots;

namespace Fraud.Stream.Journal;

/// <summary>What histories need of a stored payment.</summary>
/// <param name="AmountMinor">What was counted for it.</param>
public readonly record struct JournalEntry(
    ShortText TransactionId,
    ShortText CardId,
    ShortText TerminalId,
    long AmountMinor,
    long EventTimeMs)
{
    /// <summary>Appends a page's payments to a list, in their order.</summary>
    /// <exception cref="CorruptStateException">The page is damaged.</exception>
    public static void Read(ReadOnlySpan<byte> page, List<JournalEntry> into)
    {
        var reader = new PageReader(page);
        while (reader.Read())
        {
            into.Add(reader.Payment.Entry);
        }
    }
}
