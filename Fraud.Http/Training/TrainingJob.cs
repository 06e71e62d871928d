using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Stream.Retraining;

namespace Fraud.Http.Training;

/// <summary>A training as it stands, and what is kept of it on disk; <see cref="TrainingView"/> tells of it.</summary>
/// <param name="Progress">Of the current stage, 0 to 1; 1 when completed.</param>
/// <param name="Version">The version that it makes.</param>
/// <param name="StagedIn">Folder of the new version, not served; null unless completed.</param>
/// <param name="Metrics">Measured on the test days; null unless completed.</param>
/// <param name="Trigger">Who or what started it: "request", "drift: ...", "labels: ...", "schedule: ...".</param>
/// <param name="Report">Of a retraining from the store: what the gate said; null unless completed.</param>
/// <param name="Error">Why it ended without a model, for people.</param>
internal sealed record TrainingJob(
    string JobId,
    TrainingState Status,
    string Stage,
    double Progress,
    string Model,
    string Version,
    TrainingRequest Request,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt,
    string? StagedIn,
    IReadOnlyDictionary<string, double>? Metrics,
    string? Error,
    string? Trigger = null,
    RetrainingReport? Report = null)
{
    /// <summary>How jobs are written to disk and read.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    [JsonIgnore]
    public bool IsEnded => Status != TrainingState.Running;
}

[JsonConverter(typeof(TrainingStateConverter))]
internal enum TrainingState
{
    Running,
    Completed,
    Failed,

    /// <summary>Ended because somebody asked for it.</summary>
    Cancelled,

    /// <summary>The service stopped, or died, while it ran.</summary>
    Interrupted,
}
