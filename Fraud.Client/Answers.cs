using System.Text.Json.Serialization;

namespace Fraud.Client;

/// <summary>What the service decided.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Decision>))]
public enum Decision
{
    /// <summary>The score is below the review threshold.</summary>
    [JsonStringEnumMemberName("approve")]
    Approve,

    /// <summary>Somebody should look at it.</summary>
    [JsonStringEnumMemberName("review")]
    Review,

    /// <summary>The score reached the block threshold.</summary>
    [JsonStringEnumMemberName("block")]
    Block,
}

/// <summary>The answer to a payment.</summary>
public sealed record Score
{
    /// <summary>Which item of a batch it answers, from 0; null for a payment of its own.</summary>
    public int? Index { get; init; }

    /// <summary>The payment.</summary>
    public required string TransactionId { get; init; }

    /// <summary>0 to 1.</summary>
    public required double FraudScore { get; init; }

    /// <summary>Whether the score reached <see cref="Threshold"/>.</summary>
    public required bool IsFraud { get; init; }

    /// <summary>Approve, review or block.</summary>
    public required Decision Decision { get; init; }

    /// <summary>The score from which on <see cref="IsFraud"/> is true.</summary>
    public double Threshold { get; init; }

    /// <summary>How far the score is on its side, 0.5 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>Why, for flagged payments; the strongest first.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Name of the model that scored it.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its version.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>True when the id was known and this is the stored answer.</summary>
    public bool Duplicate { get; init; }

    /// <summary>The features that the reasons are about, by name.</summary>
    public IReadOnlyList<string> RiskFactors { get; init; } = [];

    /// <summary>Of the model call that it was part of, in milliseconds.</summary>
    public double InferenceTimeMs { get; init; }

    /// <summary>From admission to the answer, in milliseconds.</summary>
    public double ProcessingTimeMs { get; init; }
}

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

    /// <summary>For the whole batch, in milliseconds.</summary>
    public double ProcessingTimeMs { get; init; }
}

/// <summary>What became of labels.</summary>
public sealed record LabelResult
{
    /// <summary>Labels that are stored.</summary>
    public int Stored { get; init; }

    /// <summary>Frauds that were not known before.</summary>
    public int NewFrauds { get; init; }

    /// <summary>Frauds that turned out not to be any.</summary>
    public int FraudsTakenBack { get; init; }
}

/// <summary>How the service is.</summary>
public sealed record Health
{
    /// <summary>"healthy", or what it is busy with: starting, recovering, draining.</summary>
    public string Status { get; init; } = "";

    /// <summary>Name of the service.</summary>
    public string Service { get; init; } = "";

    /// <summary>Its version.</summary>
    public string Version { get; init; } = "";

    /// <summary>When it said so.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>How long it has been running.</summary>
    public double UptimeSeconds { get; init; }

    /// <summary>Name of the model in service.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its version.</summary>
    public string ModelVersion { get; init; } = "";
}

/// <summary>Whether the service can score now, by dependency.</summary>
public sealed record Readiness
{
    /// <summary>"ready" or "not ready".</summary>
    public string Status { get; init; } = "";

    /// <summary>Whether all checks passed.</summary>
    [JsonIgnore]
    public bool IsReady => Status == "ready";

    /// <summary>Each dependency by name (database, graph, kafka, model, shards): "ok" or "failed".</summary>
    public IReadOnlyDictionary<string, string> Checks { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What is the case with each.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
