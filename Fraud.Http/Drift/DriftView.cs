using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model;
using Fraud.Model.Registry;
using Fraud.Stream.Drift;

namespace Fraud.Http.Drift;

/// <summary>The answer of <c>GET /api/v1/drift</c>.</summary>
internal sealed record DriftView : IExample<DriftView>
{
    /// <summary>Items of each list that are told.</summary>
    // Features and categories are fewer than two hundred.
    public const int MostListed = 1_000;

    /// <summary>Most characters of what something is about.</summary>
    public const int MaxSubject = 200;

    /// <summary>Most characters of an alarm's words.</summary>
    public const int MaxDetail = 2_000;

    [Description("The model in service."), Length(1, ModelManifest.MaxNameLength)]
    public required string Model { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string ModelVersion { get; init; }

    [Description("Whether there is something to compare."), AllowedValues("disabled", "learning", "filling", "watching")]
    public required string Status { get; init; }

    [Description("What payments are held against; null while it is being learned.")]
    public required DriftReference? Reference { get; init; }

    [Description("Payments looked at since the model is in service on this node."), AtLeast(0)]
    public required long Payments { get; init; }

    [Description("Payments passed over because there were too many in their second."), AtLeast(0)]
    public required long Skipped { get; init; }

    [Description("The latest payments, which are compared.")]
    public required DriftWindow Window { get; init; }

    [Description("Share of the watched features whose alarm is raised."), Range(0.0, 1.0)]
    public required double DataDriftScore { get; init; }

    [Description("Raised and not yet over, oldest first."), MaxLength(MostListed)]
    public required IReadOnlyList<RaisedAlarm> Alarms { get; init; }

    [Description("How old a payment must be to be counted; without a label it is then legitimate."), AtLeast(0)]
    public required double LabelDelaySeconds { get; init; }

    [Description("Stored decisions beside labels, by model and version."), MaxLength(MostListed)]
    public required IReadOnlyList<ModelQuality> Quality { get; init; }

    [Description("What is compared, as of the last look."), MaxLength(MostListed)]
    public required IReadOnlyList<WatchedDistribution> Distributions { get; init; }

    public static DriftView Example { get; } = new()
    {
        Model = "payments",
        ModelVersion = "1",
        Status = "watching",
        Reference = DriftReference.Example,
        Payments = 120_000,
        Skipped = 0,
        Window = DriftWindow.Example,
        DataDriftScore = 0.05,
        Alarms = [RaisedAlarm.Example],
        LabelDelaySeconds = 604_800,
        Quality = [ModelQuality.Example],
        Distributions = [WatchedDistribution.Example],
    };
}

internal sealed record DriftReference : IExample<DriftReference>
{
    /// <summary>Most characters of a day; a manifest may say anything there, and is cut.</summary>
    public const int MaxDay = 32;

    [Description("The model's manifest, or this node's own first payments."), AllowedValues("manifest", "learned")]
    public required string Origin { get; init; }

    [Description("Payments it was made of."), AtLeast(0)]
    public required long Rows { get; init; }

    [Description("First day of them."), MaxLength(MaxDay)]
    public required string From { get; init; }

    [Description("Last day of them."), MaxLength(MaxDay)]
    public required string To { get; init; }

    public static DriftReference Example { get; } = new() { Origin = "manifest", Rows = 67_240, From = "2018-07-25", To = "2018-07-31" };
}

internal sealed record DriftWindow : IExample<DriftWindow>
{
    [Description("In it now."), AtLeast(0)]
    public required int Payments { get; init; }

    [Description("When it is full."), AtLeast(0)]
    public required int Size { get; init; }

    public static DriftWindow Example { get; } = new() { Payments = 4_500, Size = 5_000 };
}

internal sealed record RaisedAlarm : IExample<RaisedAlarm>
{
    [Description("What it is about."), AllowedValues("feature", "score", "category", "data", "quality")]
    public required string Kind { get; init; }

    [Description("The feature, field or quality."), MaxLength(DriftView.MaxSubject)]
    public required string Subject { get; init; }

    [Description("What was measured."), AllowedValues("psi", "ks", "js", "new_share", "share", "live")]
    public required string Measure { get; init; }

    [Description("What it was when the alarm was raised."), AtLeast(0)]
    public required double Value { get; init; }

    [Description("From where on it counts; for qualities, below."), AtLeast(0)]
    public required double Threshold { get; init; }

    [Description("In words."), MaxLength(DriftView.MaxDetail)]
    public required string Detail { get; init; }

    [Description("The model it was raised for."), Length(1, ModelManifest.MaxNameLength)]
    public required string Model { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string ModelVersion { get; init; }

    [Description("When, in UTC.")]
    public required DateTime RaisedAt { get; init; }

    [Description("Payments looked at by then; for qualities, counted."), AtLeast(0)]
    public required long AfterPayments { get; init; }

    public static RaisedAlarm Example { get; } = new()
    {
        Kind = "feature",
        Subject = "amount at source=online",
        Measure = "ks",
        Value = 0.21,
        Threshold = 0.15,
        Detail = "distributed otherwise than in the manifest reference",
        Model = "payments",
        ModelVersion = "1",
        RaisedAt = new DateTime(2025, 11, 20, 12, 0, 0, DateTimeKind.Utc),
        AfterPayments = 104_500,
    };
}

internal sealed record ModelQuality : IExample<ModelQuality>
{
    [Description("The model that decided."), Length(1, ModelManifest.MaxNameLength)]
    public required string Model { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string ModelVersion { get; init; }

    [Description("Its payments that are old enough."), AtLeast(0)]
    public required long Payments { get; init; }

    [Description("Of them: reviewed or blocked."), AtLeast(0)]
    public required long Flagged { get; init; }

    [Description("Of them: known to be frauds."), AtLeast(0)]
    public required long KnownFrauds { get; init; }

    [Description("Share of the flagged that are frauds."), Range(0.0, 1.0)]
    public required double? Precision { get; init; }

    [Description("Share of the frauds that were flagged."), Range(0.0, 1.0)]
    public required double? Recall { get; init; }

    [Description("Harmonic mean of both."), Range(0.0, 1.0)]
    public required double? F1 { get; init; }

    [Description("Share judged rightly."), Range(0.0, 1.0)]
    public required double? Accuracy { get; init; }

    public static ModelQuality Example { get; } = new()
    {
        Model = "payments",
        ModelVersion = "1",
        Payments = 90_000,
        Flagged = 800,
        KnownFrauds = 700,
        Precision = 0.61,
        Recall = 0.7,
        F1 = 0.65,
        Accuracy = 0.99,
    };
}

internal sealed record WatchedDistribution : IExample<WatchedDistribution>
{
    [Description("What it is."), AllowedValues("feature", "score", "category")]
    public required string Kind { get; init; }

    [Description("The feature or field."), MaxLength(DriftView.MaxSubject)]
    public required string Subject { get; init; }

    [Description("Payments of the window that it was seen in."), AtLeast(0)]
    public required int Payments { get; init; }

    [Description("Population stability index; null when there are too few payments."), AtLeast(0)]
    public required double? Psi { get; init; }

    [Description("Kolmogorov-Smirnov difference; of numbers only."), Range(0.0, 1.0)]
    public required double? Ks { get; init; }

    [Description("Jensen-Shannon divergence in bits."), Range(0.0, 1.0)]
    public required double? Js { get; init; }

    [Description("Share with values that the reference does not know; null for numbers."), Range(0.0, 1.0)]
    public required double? NewShare { get; init; }

    [Description("From where on it has drifted; what chance allows is included.")]
    public required DistanceLimits Limits { get; init; }

    [Description("Beyond a limit at the last look.")]
    public required bool Drifted { get; init; }

    [Description("Beyond it for several looks in a row, and not yet back.")]
    public required bool Alarm { get; init; }

    [Description("Reported only: the configuration excludes it.")]
    public required bool Excluded { get; init; }

    [Description("Not counted yet: fewer days are stored than the feature looks back.")]
    public required bool WaitsForHistory { get; init; }

    [Description("The most frequent new values."), MaxLength(ColumnReport.MaxNewValues)]
    public required IReadOnlyList<NewValue> NewValues { get; init; }

    public static WatchedDistribution Example { get; } = new()
    {
        Kind = "feature",
        Subject = "amount",
        Payments = 5_000,
        Psi = 0.012,
        Ks = 0.02,
        Js = 0.002,
        NewShare = null,
        Limits = DistanceLimits.Example,
        Drifted = false,
        Alarm = false,
        Excluded = false,
        WaitsForHistory = false,
        NewValues = [NewValue.Example],
    };
}

internal sealed record DistanceLimits : IExample<DistanceLimits>
{
    [Description("Of the index."), AtLeast(0)]
    public required double? Psi { get; init; }

    [Description("Of the difference."), AtLeast(0)]
    public required double? Ks { get; init; }

    [Description("Of the divergence."), AtLeast(0)]
    public required double? Js { get; init; }

    public static DistanceLimits Example { get; } = new() { Psi = 0.21, Ks = 0.13, Js = 0.038 };
}

internal sealed record NewValue : IExample<NewValue>
{
    [Description("The value."), MaxLength(ShortText.Capacity)]
    public required string Value { get; init; }

    [Description("Payments of the window with it."), AtLeast(1)]
    public required int Payments { get; init; }

    public static NewValue Example { get; } = new() { Value = "wallet", Payments = 250 };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DriftView))]
internal sealed partial class DriftJson : JsonSerializerContext;
