namespace Fraud.Client;

/// <summary>What was found out about a payment.</summary>
/// <param name="TransactionId">The payment.</param>
/// <param name="IsFraud">Whether it was fraud; a later label for the same payment replaces it.</param>
public sealed record FraudLabel(string TransactionId, bool IsFraud)
{
    /// <summary>Card of the payment; filled in by the service when it knows the payment.</summary>
    public string? CardId { get; init; }

    /// <summary>Terminal of the payment; filled in by the service when it knows the payment.</summary>
    public string? TerminalId { get; init; }

    /// <summary>When it was paid; filled in by the service when it knows the payment.</summary>
    public DateTimeOffset? EventTime { get; init; }
}

/// <summary>What became of labels.</summary>
public sealed record LabelResult
{
    /// <summary>Labels that are stored.</summary>
    public int Stored { get; init; }

    /// <summary>Frauds that were not known before.</summary>
    public int NewFrauds { get; init; }

    /// <summary>Payments that were known as frauds and are not any more.</summary>
    public int FraudsTakenBack { get; init; }
}
