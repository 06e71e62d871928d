using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model.Registry;

namespace Fraud.Http.Shadow;

/// <summary>The answer of <c>GET /api/v1/models/comparison</c>.</summary>
internal sealed record ModelComparisons : IExample<ModelComparisons>
{
    /// <summary>Comparisons that are told.</summary>
    // A hundred models over ten champions: more is not read by anyone.
    public const int MostComparisons = 1_000;

    [Description("When it was counted.")]
    public required DateTimeOffset AsOf { get; init; }

    [Description("What was scored from here on is in it; null: all that is kept.")]
    public required DateTimeOffset? Since { get; init; }

    [Description("What was scored before and has no label counts as legitimate; null: only labels count.")]
    public required DateTimeOffset? SettledBefore { get; init; }

    [Description("One for each model and the version it was compared with, those with most payments first."), MaxLength(MostComparisons)]
    public required IReadOnlyList<ComparedModel> Comparisons { get; init; }

    public static ModelComparisons Example { get; } = new()
    {
        AsOf = new DateTimeOffset(2025, 11, 20, 12, 5, 0, TimeSpan.Zero),
        Since = new DateTimeOffset(2025, 11, 1, 0, 0, 0, TimeSpan.Zero),
        SettledBefore = new DateTimeOffset(2025, 11, 13, 12, 5, 0, TimeSpan.Zero),
        Comparisons = [ComparedModel.Example],
    };
}

internal sealed record ComparedModel : IExample<ComparedModel>
{
    [Description("The shadow or challenger."), Length(1, ModelManifest.MaxNameLength)]
    public required string Model { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string Version { get; init; }

    [Description("The model in service."), Length(1, ModelManifest.MaxNameLength)]
    public required string Champion { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string ChampionVersion { get; init; }

    [Description("Payments that both scored."), AtLeast(0)]
    public required long Payments { get; init; }

    [Description("Of these, those that the challenger decided."), AtLeast(0)]
    public required long Decided { get; init; }

    [Description("Scores of the shadow or challenger.")]
    public required ComparedScores Scores { get; init; }

    [Description("Scores of the model in service.")]
    public required ComparedScores ChampionScores { get; init; }

    [Description("Share that the two decide differently."), Range(0.0, 1.0)]
    public required double Disagreement { get; init; }

    [Description("How many the two decided how; pairs that did not occur are left out."), MaxLength(9)]
    public required IReadOnlyList<DecidedPair> Matrix { get; init; }

    [Description("What labels say so far; null without any.")]
    public required LabelledPayments? Labelled { get; init; }

    public static ComparedModel Example { get; } = new()
    {
        Model = "payments",
        Version = "3",
        Champion = "payments",
        ChampionVersion = "2",
        Payments = 10_000,
        Decided = 0,
        Scores = ComparedScores.Example,
        ChampionScores = ComparedScores.Example,
        Disagreement = 0.004,
        Matrix = [DecidedPair.Example],
        Labelled = LabelledPayments.Example,
    };
}

internal sealed record ComparedScores : IExample<ComparedScores>
{
    [Description("Their mean."), Range(0.0, 1.0)]
    public required double Mean { get; init; }

    [Description("1 % are at most this."), Range(0.0, 1.0)]
    public required double P01 { get; init; }

    [Description("10 % are."), Range(0.0, 1.0)]
    public required double P10 { get; init; }

    [Description("Half are."), Range(0.0, 1.0)]
    public required double P50 { get; init; }

    [Description("90 % are."), Range(0.0, 1.0)]
    public required double P90 { get; init; }

    [Description("99 % are."), Range(0.0, 1.0)]
    public required double P99 { get; init; }

    [Description("Shares in tenths from 0 to 1."), Length(10, 10), Items(Minimum = 0, Maximum = 1)]
    public required IReadOnlyList<double> Histogram { get; init; }

    public static ComparedScores Example { get; } = new()
    {
        Mean = 0.012,
        P01 = 0.001,
        P10 = 0.002,
        P50 = 0.004,
        P90 = 0.02,
        P99 = 0.31,
        Histogram = [0.96, 0.02, 0.01, 0.005, 0.002, 0.001, 0.001, 0.0005, 0.0003, 0.0002],
    };
}

internal sealed record DecidedPair : IExample<DecidedPair>
{
    [Description("What the model in service says."), AllowedValues("approve", "review", "block")]
    public required string Champion { get; init; }

    [Description("What the other says."), AllowedValues("approve", "review", "block")]
    public required string Candidate { get; init; }

    [Description("How many."), AtLeast(1)]
    public required long Payments { get; init; }

    public static DecidedPair Example { get; } = new() { Champion = "approve", Candidate = "review", Payments = 40 };
}

internal sealed record LabelledPayments : IExample<LabelledPayments>
{
    [Description("Payments with a label, or settled."), AtLeast(0)]
    public required long Payments { get; init; }

    [Description("Of these, frauds."), AtLeast(0)]
    public required long Frauds { get; init; }

    [Description("Of the shadow or challenger.")]
    public required ComparedQuality Candidate { get; init; }

    [Description("Of the model in service.")]
    public required ComparedQuality Champion { get; init; }

    [Description("Payments that only the shadow or challenger got right."), AtLeast(0)]
    public required long OnlyCandidateRight { get; init; }

    [Description("Payments that only the model in service got right."), AtLeast(0)]
    public required long OnlyChampionRight { get; init; }

    [Description("McNemar's, with continuity correction."), AtLeast(0)]
    public required double Statistic { get; init; }

    [Description("Exact and two-sided: how often chance alone shows as much."), Range(0.0, 1.0)]
    public required double PValue { get; init; }

    [Description("Whether the shadow or challenger decides better, at 5 %."), AllowedValues("better", "worse", "not_shown")]
    public required string Verdict { get; init; }

    public static LabelledPayments Example { get; } = new()
    {
        Payments = 4_000,
        Frauds = 20,
        Candidate = ComparedQuality.Example,
        Champion = ComparedQuality.Example,
        OnlyCandidateRight = 14,
        OnlyChampionRight = 3,
        Statistic = 5.88,
        PValue = 0.0127,
        Verdict = "better",
    };
}

internal sealed record ComparedQuality : IExample<ComparedQuality>
{
    [Description("Payments that were reviewed or blocked."), AtLeast(0)]
    public required long Flagged { get; init; }

    [Description("Of these, frauds."), AtLeast(0)]
    public required long FraudsFlagged { get; init; }

    [Description("Share of the flagged that are frauds; null when none was flagged."), Range(0.0, 1.0)]
    public required double? Precision { get; init; }

    [Description("Share of the frauds that were flagged; null when there are none."), Range(0.0, 1.0)]
    public required double? Recall { get; init; }

    [Description("Their harmonic mean."), Range(0.0, 1.0)]
    public required double? F1 { get; init; }

    public static ComparedQuality Example { get; } = new() { Flagged = 40, FraudsFlagged = 10, Precision = 0.25, Recall = 0.5, F1 = 0.333 };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelComparisons))]
internal sealed partial class ShadowJson : JsonSerializerContext;
