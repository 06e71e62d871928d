namespace Fraud.Client;

/// <summary>A payment to be scored. Everything but the amount is optional; card and terminal make the score much better.</summary>
public sealed record Payment
{
    /// <summary>Identifies the payment: a repeated id gets the stored answer. Null: the client makes one.</summary>
    public string? TransactionId { get; init; }

    /// <summary>Who pays: a token for the card, never its number. At most 63 bytes.</summary>
    public string? CardId { get; init; }

    /// <summary>Where it is paid: terminal or merchant. At most 63 bytes.</summary>
    public string? TerminalId { get; init; }

    /// <summary>In units of the currency, such as 12.34. Null only with <see cref="Features"/>.</summary>
    public decimal? Amount { get; init; }

    /// <summary>ISO 4217 code; null: the service's default, EUR.</summary>
    public string? Currency { get; init; }

    /// <summary>When it was paid; null: now.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>The channel it came through, such as "online".</summary>
    public string? Source { get; init; }

    /// <summary>The 30 features, for models that take them.</summary>
    public IReadOnlyList<float>? Features { get; init; }
}
