using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model.Reasons;
using Fraud.Model.Registry;
using Fraud.Stream.Cluster;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Scoring;

/// <summary>A score and a decision, as <see cref="Answer.WriteTo"/> writes it.</summary>
internal sealed record Prediction : IExample<Prediction>
{
    [Description("In batches: which item of the request it answers."), AtLeast(0)]
    public int Index { get; init; }

    [Description("The payment's id, or the one that was made for it."), IdText]
    public required string TransactionId { get; init; }

    [Description("From 0, legitimate, to 1, fraud."), Range(0.0, 1.0)]
    public required float FraudScore { get; init; }

    [Description("The same."), Range(0.0, 1.0)]
    public required float FraudProbability { get; init; }

    [Description("True when the payment is to be reviewed or blocked.")]
    public required bool IsFraud { get; init; }

    [Description("What to do with the payment."), AllowedValues("approve", "review", "block")]
    public required string Decision { get; init; }

    [Description("Score from which payments are reviewed."), AtLeast(0)]
    public required float Threshold { get; init; }

    [Description("The larger of score and 1 - score."), Range(0.5, 1.0)]
    public required float Confidence { get; init; }

    [Description("What weighed most, how far and which way; empty for approved payments unless explain=true.")]
    [MaxLength(ScoringOptions.MostReasons), Items(MaxLength = ReasonFinder.MaxLength)]
    public required IReadOnlyList<string> Reasons { get; init; }

    [Description("The features that the reasons are about."), MaxLength(ScoringOptions.MostReasons), Items(MaxLength = ModelManifest.MaxNameLength)]
    public required IReadOnlyList<string> RiskFactors { get; init; }

    [Description("With explain=true: what each input added. Null for a repeat and for a model that cannot tell.")]
    public PredictionExplanation? Explanation { get; init; }

    [Description("The model that scored it."), Length(1, ModelManifest.MaxNameLength)]
    public required string Model { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string ModelVersion { get; init; }

    [Description("True when this id was scored before; the answer is the stored one.")]
    public required bool Duplicate { get; init; }

    [Description("In the model, in milliseconds."), AtLeast(0)]
    public required double InferenceTimeMs { get; init; }

    [Description("From arrival to answer, in milliseconds."), AtLeast(0)]
    public required double ProcessingTimeMs { get; init; }

    [Description("When it was answered, in UTC.")]
    public required DateTime Timestamp { get; init; }

    [Description("The node that scored it, where it was another one."), MaxLength(NodeIdentity.MaxAddressLength), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string Node { get; init; } = null!;

    public static Prediction Example { get; } = new()
    {
        Index = 0,
        TransactionId = "order-1001",
        FraudScore = 0.0234f,
        FraudProbability = 0.0234f,
        IsFraud = false,
        Decision = "approve",
        Threshold = 0.04f,
        Confidence = 0.9766f,
        Reasons = ["amount is 149.9 (98 % of legitimate payments: 1.34 to 184.21): raises the log-odds of fraud by 1.02"],
        RiskFactors = ["amount"],
        Explanation = PredictionExplanation.Example,
        Model = "payments",
        ModelVersion = "1",
        Duplicate = false,
        InferenceTimeMs = 0.2,
        ProcessingTimeMs = 1.25,
        Timestamp = new DateTime(2025, 11, 20, 12, 0, 0, 125, DateTimeKind.Utc),
        Node = "node-2",
    };
}

internal sealed record PredictionExplanation : IExample<PredictionExplanation>
{
    [Description("Of base, margin and contributions."), AllowedValues("log-odds")]
    public required string Unit { get; init; }

    [Description("Expected margin over the training payments."), AtLeast(double.MinValue)]
    public required double Base { get; init; }

    [Description("What the trees gave this payment: base and contributions together; the score before calibration."), AtLeast(double.MinValue)]
    public required double Margin { get; init; }

    [Description("Of each input of the model, the largest either way first."), MaxLength(ModelManifest.MaxInputs)]
    public required IReadOnlyList<Contribution> Contributions { get; init; }

    public static PredictionExplanation Example { get; } = new()
    {
        Unit = "log-odds",
        Base = -4.731206,
        Margin = -3.713405,
        Contributions = [Contribution.Example],
    };
}

internal sealed record Contribution : IExample<Contribution>
{
    [Description("The input."), Length(1, ModelManifest.MaxNameLength)]
    public required string Feature { get; init; }

    [Description("Its value; null when it was missing."), AtLeast(float.MinValue)]
    public required float? Value { get; init; }

    [JsonPropertyName("contribution"), Description("Above 0 towards fraud, below away from it."), AtLeast(double.MinValue)]
    public required double LogOdds { get; init; }

    public static Contribution Example { get; } = new() { Feature = "amount", Value = 149.9f, LogOdds = 1.017801 };
}
