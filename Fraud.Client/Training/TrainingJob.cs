using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fraud.Client;

/// <summary>How a training stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrainingStatus>))]
public enum TrainingStatus
{
    /// <summary>It runs.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>It made a version, or the gate refused what it made.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>It ended without a model.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It was ended on request.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>The service ended while it ran.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,
}

/// <summary>What to train on and how; what is left out is the trainer's default.</summary>
public sealed record TrainingRequest
{
    /// <summary>"store": payments that were scored; "file" or null: history in a file.</summary>
    public string? From { get; init; }

    /// <summary>A file beside <c>Training:DataFile</c>, by its name; null: that file.</summary>
    public string? Data { get; init; }

    /// <summary>First day that is trained on.</summary>
    public DateOnly? TrainFrom { get; init; }

    /// <summary>How many days are trained on, 1 to 3650.</summary>
    public int? TrainDays { get; init; }

    /// <summary>Days between training and test, in which frauds are not known yet, 0 to 365.</summary>
    public int? DelayDays { get; init; }

    /// <summary>How many days it is measured on, 1 to 3650.</summary>
    public int? TestDays { get; init; }

    /// <summary>Depth of the trees, 1 to 16.</summary>
    public int? MaxDepth { get; init; }

    /// <summary>Most rounds of boosting, 1 to 10000.</summary>
    public int? MaxRounds { get; init; }

    /// <summary>The same seed and data make the same model.</summary>
    public int? Seed { get; init; }

    /// <summary>"handbook" or "all".</summary>
    public string? Features { get; init; }

    /// <summary>True: cards that were known to be defrauded stay in the test.</summary>
    public bool? KeepKnownCards { get; init; }
}

/// <summary>A training, and what came of it.</summary>
public sealed record TrainingJob
{
    /// <summary>Its id.</summary>
    public required string JobId { get; init; }

    /// <summary>How it stands.</summary>
    public TrainingStatus Status { get; init; }

    /// <summary>What it does now, or did last.</summary>
    public string Stage { get; init; } = "";

    /// <summary>How far the stage is, from 0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>The model that it makes a version of.</summary>
    public string Model { get; init; } = "";

    /// <summary>The version that it makes.</summary>
    public string Version { get; init; } = "";

    /// <summary>What was asked for.</summary>
    public TrainingRequest Request { get; init; } = new();

    /// <summary>When it was started.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When completed: where the new version is; null when the gate refused it.</summary>
    public string? StagedIn { get; init; }

    /// <summary>When completed: what was measured on the test days.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Why it ended without a model.</summary>
    public string? Error { get; init; }

    /// <summary>Who or what started it: request, drift, labels, schedule.</summary>
    public string? Trigger { get; init; }

    /// <summary>When completed from the store: dataset, days, and what the gate said.</summary>
    public JsonElement? Report { get; init; }
}
