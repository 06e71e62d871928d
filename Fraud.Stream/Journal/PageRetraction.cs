using Fraud.Model;

namespace Fraud.Stream.Journal;

/// <summary>
/// A payment that histories counted though its id was stored before: it is taken back here (rule 15 of docs/decisions/0011).
/// </summary>
/// <param name="Ordinal">Payments of the page that come before it.</param>
/// <param name="Sequence">Page of the shard in which it was counted.</param>
/// <param name="PaymentOrdinal">Its place there.</param>
/// <param name="Payment">What was counted.</param>
public sealed record PageRetraction(int Ordinal, long Sequence, int PaymentOrdinal, JournalEntry Payment);
