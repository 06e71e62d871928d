using System.Text.Json.Serialization;

namespace Fraud.Client;

/// <summary>What the service decided.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Decision>))]
public enum Decision
{
    /// <summary>The score is below the review threshold.</summary>
    [JsonStringEnumMemberName("approve")]
    Approve,

    /// <summary>An analyst should look at it.</summary>
    [JsonStringEnumMemberName("review")]
    Review,

    /// <summary>The score reached the block threshold.</summary>
    [JsonStringEnumMemberName("block")]
    Block,
}

/// <summary>The answer to a payment.</summary>
public sealed record Score
{
    /// <summary>Which line of a stream it answers, from 1; null for others.</summary>
    public long? Line { get; init; }

    /// <summary>Which item of a batch it answers, from 0; null for a payment of its own.</summary>
    public int? Index { get; init; }

    /// <summary>The payment.</summary>
    public required string TransactionId { get; init; }

    /// <summary>0, legitimate, to 1, fraud.</summary>
    public required double FraudScore { get; init; }

    /// <summary>The same as <see cref="FraudScore"/>.</summary>
    public double FraudProbability { get; init; }

    /// <summary>Whether the score reached <see cref="Threshold"/>.</summary>
    public required bool IsFraud { get; init; }

    /// <summary>Approve, review or block.</summary>
    public required Decision Decision { get; init; }

    /// <summary>The score from which on <see cref="IsFraud"/> is true.</summary>
    public double Threshold { get; init; }

    /// <summary>How far the score is on its side, 0.5 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>Why, for flagged payments or when asked to explain; the strongest first.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The features that the reasons are about, by name.</summary>
    public IReadOnlyList<string> RiskFactors { get; init; } = [];

    /// <summary>What each input of the model contributed, when asked to explain; null for a repeat and for a model that cannot tell.</summary>
    public Explanation? Explanation { get; init; }

    /// <summary>Of the model call that it was part of, in milliseconds.</summary>
    public double InferenceTimeMs { get; init; }

    /// <summary>When it was answered.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>Name of the model that scored it.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its version.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>True when the id was known and this is the stored answer.</summary>
    public bool Duplicate { get; init; }

    /// <summary>From admission to the answer, in milliseconds.</summary>
    public double ProcessingTimeMs { get; init; }

    /// <summary>The node that scored it, where it was another one.</summary>
    public string? Node { get; init; }
}

/// <summary>What each input of the model contributed to a score.</summary>
public sealed record Explanation
{
    /// <summary>Unit of base, margin and contributions.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Expected margin over the training payments.</summary>
    public double Base { get; init; }

    /// <summary>What the trees gave this payment: base and contributions together; the score before calibration.</summary>
    public double Margin { get; init; }

    /// <summary>Of each input of the model, the largest either way first.</summary>
    public IReadOnlyList<Contribution> Contributions { get; init; } = [];
}

/// <summary>What one input contributed.</summary>
public sealed record Contribution
{
    /// <summary>The input.</summary>
    public string Feature { get; init; } = "";

    /// <summary>Its value; null when it was missing.</summary>
    public double? Value { get; init; }

    /// <summary>Above 0 towards fraud, below away from it.</summary>
    [JsonPropertyName("contribution")]
    public double Amount { get; init; }
}
