namespace Fraud.Client;

/// <summary>What is told of a payment that was reviewed or blocked.</summary>
public abstract record Flagged
{
    /// <summary>The payment.</summary>
    public required string TransactionId { get; init; }

    /// <summary>The payment's card, masked in lists and alerts.</summary>
    public string CardId { get; init; } = "";

    /// <summary>Where it was paid; may be empty.</summary>
    public string TerminalId { get; init; } = "";

    /// <summary>In the currency's main unit.</summary>
    public decimal Amount { get; init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>When it was paid.</summary>
    public DateTimeOffset EventTime { get; init; }

    /// <summary>The same as <see cref="EventTime"/>.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>Through which channel it came; may be empty.</summary>
    public string Source { get; init; } = "";

    /// <summary>0, legitimate, to 1, fraud.</summary>
    public required double FraudScore { get; init; }

    /// <summary>The same as <see cref="FraudScore"/>.</summary>
    public double MlAnomalyScore { get; init; }

    /// <summary>Always true: others are not listed.</summary>
    public bool IsAnomaly { get; init; }

    /// <summary>Review or block.</summary>
    public required Decision Decision { get; init; }

    /// <summary>What weighed most.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The model that scored it.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its version.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>When it was scored.</summary>
    public DateTimeOffset ScoredAt { get; init; }
}
