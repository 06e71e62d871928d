using Fraud.Model;

namespace Fraud.Stream.Journal;

/// <summary>What histories need of a stored payment.</summary>
public readonly record struct JournalEntry(
    ShortText TransactionId,
    ShortText CardId,
    ShortText TerminalId,
    long AmountMinor,
    long EventTimeMs);
