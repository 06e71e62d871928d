using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;

namespace Fraud.Http.Training;

/// <summary>A training as it is told: the answer of <c>GET /train/{id}</c>.</summary>
internal sealed record TrainingView : IExample<TrainingView>
{
    // The last lines of a trainer that failed, or the text of an exception.
    private const int MaxText = 4_000;

    [Description("Its id."), Length(1, 255)]
    public required string JobId { get; init; }

    [Description("How it stands; interrupted when the service ended while it ran.")]
    public required TrainingState Status { get; init; }

    [Description("What it does now, or did last."), MaxLength(64)]
    public required string Stage { get; init; }

    [Description("How far the stage is."), Range(0.0, 1.0)]
    public required double Progress { get; init; }

    [Description("The model that it makes a version of."), Length(1, 255)]
    public required string Model { get; init; }

    [Description("The version that it makes."), Length(1, 10)]
    public required string Version { get; init; }

    [Description("What was asked for; the trainer's defaults for the rest.")]
    public required TrainingRequest Request { get; init; }

    [Description("When it was started, in UTC.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Description("When it ended."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? FinishedAt { get; init; }

    [Description("When completed: where the new version is, a folder or the registry. It is not served until someone promotes it, unless Retraining:AutoPromote says so. Left out when the gate refused it.")]
    [MaxLength(4_096), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StagedIn { get; init; }

    [Description("When completed: what was measured on the test days, by name; \"NaN\" where a measure has no value.")]
    [Items(Minimum = double.MinValue), JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    [Description("Why it ended without a model."), MaxLength(MaxText), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    [Description("Who or what started it: request, or drift, labels or schedule and why."), MaxLength(MaxText)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Trigger { get; init; }

    [Description("When completed from the store: dataset, days, and what the gate said, with intervals; GET /train/{id}/report shows it to people.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? Report { get; init; }

    public static TrainingView Of(TrainingJob job) => new()
    {
        JobId = job.JobId,
        Status = job.Status,
        Stage = job.Stage.Cut(64),
        Progress = Math.Clamp(job.Progress, 0, 1),
        Model = job.Model,
        Version = job.Version,
        Request = job.Request,
        CreatedAt = job.CreatedAt,
        FinishedAt = job.FinishedAt,
        StagedIn = job.StagedIn,
        Metrics = job.Metrics,
        Error = job.Error?.Cut(MaxText),
        Trigger = job.Trigger?.Cut(MaxText),
        Report = job.Report is { } report ? (JsonObject)JsonSerializer.SerializeToNode(report, TrainingJob.Json)! : null,
    };

    public static TrainingView Example { get; } = new()
    {
        JobId = "train-019f0c2e7a5b7cc8a1b2c3d4e5f60718",
        Status = TrainingState.Completed,
        Stage = "done",
        Progress = 1,
        Model = "payments",
        Version = "2",
        Request = new TrainingRequest { MaxDepth = 5, Seed = 42 },
        CreatedAt = new DateTimeOffset(2025, 11, 20, 12, 0, 0, TimeSpan.Zero),
        FinishedAt = new DateTimeOffset(2025, 11, 20, 12, 0, 20, TimeSpan.Zero),
        StagedIn = "models/payments/staged/2",
        Metrics = new Dictionary<string, double> { ["roc_auc"] = 0.871 },
        Error = "It was cancelled.",
        Trigger = "request",
        Report = new JsonObject { ["gate"] = new JsonObject { ["is_passed"] = true } },
    };
}

/// <summary>The answer of <c>GET /train</c>.</summary>
internal sealed record TrainingList : IExample<TrainingList>
{
    [Description("The trainings that this node remembers, newest first."), Most<TrainingSettings>(nameof(TrainingSettings.KeepJobs))]
    public required IReadOnlyList<TrainingView> Jobs { get; init; }

    public static TrainingList Example { get; } = new() { Jobs = [TrainingView.Example] };
}

/// <summary>States in small letters.</summary>
internal sealed class TrainingStateConverter() : JsonStringEnumConverter<TrainingState>(JsonNamingPolicy.SnakeCaseLower);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TrainingRequest))]
[JsonSerializable(typeof(TrainingView))]
[JsonSerializable(typeof(TrainingList))]
internal sealed partial class TrainingJson : JsonSerializerContext;
