using System.Text.Json.Serialization;

namespace Fraud.Client;

/// <summary>The answer to a batch.</summary>
public sealed record BatchResult
{
    /// <summary>As it was sent.</summary>
    public string? BatchId { get; init; }

    /// <summary>Scores in the order of the payments; those in <see cref="Errors"/> are missing.</summary>
    public IReadOnlyList<Score> Results { get; init; } = [];

    /// <summary>Payments without a score, and why.</summary>
    public IReadOnlyList<BatchError> Errors { get; init; } = [];

    /// <summary>Sums over the batch.</summary>
    public BatchStatistics Statistics { get; init; } = new();
}

/// <summary>A payment of a batch that has no score.</summary>
public sealed record BatchError
{
    /// <summary>Its place in the batch, from 0.</summary>
    public int Index { get; init; }

    /// <summary>Status that it would have had on its own; null where the payment itself is wrong (400).</summary>
    public int? Status { get; init; }

    /// <summary>The field that is wrong, where it is one.</summary>
    public string? Field { get; init; }

    /// <summary>What was expected of the field.</summary>
    public string? Expected { get; init; }

    /// <summary>What is wrong.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Seconds after which to send it again; null where that would change nothing.</summary>
    public int? RetryAfter { get; init; }
}

/// <summary>Sums over a batch.</summary>
public sealed record BatchStatistics
{
    /// <summary>Payments that were sent.</summary>
    public int Total { get; init; }

    /// <summary>Those with a score.</summary>
    public int Scored { get; init; }

    /// <summary>Those without.</summary>
    public int Failed { get; init; }

    /// <summary>Those whose score reached the threshold.</summary>
    public int FraudCount { get; init; }

    /// <summary>Frauds among the scored, 0 to 1.</summary>
    public double FraudRate { get; init; }

    /// <summary>Mean of the scores.</summary>
    [JsonPropertyName("avg_score")]
    public double MeanScore { get; init; }

    /// <summary>The highest score.</summary>
    public double MaxScore { get; init; }

    /// <summary>Payments scored in a second, at this batch's pace.</summary>
    public double ThroughputPerSecond { get; init; }

    /// <summary>For the whole batch, in milliseconds.</summary>
    public double ProcessingTimeMs { get; init; }
}
