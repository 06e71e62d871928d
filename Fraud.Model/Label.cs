namespace Fraud.Model;

/// <summary>What became known about a payment: whether it was a fraud.</summary>
/// <param name="CardId">Empty when the label came without it and the payment is not in the store.</param>
/// <param name="TerminalId">Likewise.</param>
/// <param name="EventTimeMs">When the <em>payment</em> happened, milliseconds since 1970 UTC.</param>
public readonly record struct Label(
    ShortText TransactionId,
    ShortText CardId,
    ShortText TerminalId,
    long EventTimeMs,
    bool IsFraud);
