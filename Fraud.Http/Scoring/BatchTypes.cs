using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model;

namespace Fraud.Http.Scoring;

/// <summary>Payments to score together; read by <see cref="BatchReader"/>.</summary>
internal sealed record PaymentBatch : IExample<PaymentBatch>
{
    [Description("Comes back in the answer."), IdOrNumber, JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BatchId { get; init; }

    [Description("Payments, each as POST /predict takes it; at most Http:MaxBatch."), MinLength(1), Most<HttpOptions>(nameof(HttpOptions.MaxBatch))]
    public required IReadOnlyList<PaymentRequest> Transactions { get; init; }

    public static PaymentBatch Example { get; } = new()
    {
        BatchId = "night-run-7",
        Transactions =
        [
            new PaymentRequest { TransactionId = "order-2001", CardId = "card-17", Amount = 12.50m },
            new PaymentRequest { TransactionId = "order-2002", CardId = "card-18", Amount = 950 },
        ],
    };
}

/// <summary>What <c>POST /predict/batch</c> takes.</summary>
[Forms]
internal sealed record BatchForms(
    PaymentBatch Batch,
    [property: MinLength(1), Most<HttpOptions>(nameof(HttpOptions.MaxBatch))] IReadOnlyList<PaymentRequest> List) : IExample<BatchForms>
{
    public static BatchForms Example { get; } = new(
        PaymentBatch.Example, [new PaymentRequest { TransactionId = "order-3001", CardId = "card-17", Amount = 12.50m }]);
}

/// <summary>What became of a batch, as <see cref="BatchAnswer"/> writes it.</summary>
internal sealed record BatchPrediction : IExample<BatchPrediction>
{
    [Description("The request's."), MaxLength(ShortText.Capacity), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string BatchId { get; init; } = null!;

    [Description("Answers to the payments that were scored, in order."), Most<HttpOptions>(nameof(HttpOptions.MaxBatch))]
    public required IReadOnlyList<Prediction> Results { get; init; }

    [Description("Items that were not scored, in order."), Most<HttpOptions>(nameof(HttpOptions.MaxBatch))]
    public required IReadOnlyList<BatchError> Errors { get; init; }

    [Description("Sums over the batch.")]
    public required BatchStatistics Statistics { get; init; }

    public static BatchPrediction Example { get; } = new()
    {
        BatchId = "night-run-7",
        Results = [Prediction.Example],
        Errors = [BatchError.Example],
        Statistics = BatchStatistics.Example,
    };
}

internal sealed record BatchError : IExample<BatchError>
{
    [Description("Which item of the request it is."), AtLeast(0)]
    public required int Index { get; init; }

    [Description("The field that is wrong, where one is."), MaxLength(64), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string Field { get; init; } = null!;

    [Description("What the field should have been."), MaxLength(1_000), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string Expected { get; init; } = null!;

    [Description("What is wrong."), MaxLength(1_100)]
    public required string Detail { get; init; }

    [Description("Where the item is fine and was not scored: the status that it would have got alone."), Range(400, 599)]
    public int Status { get; init; }

    [Description("Seconds after which to send the item again."), AtLeast(1)]
    public long RetryAfter { get; init; }

    public static BatchError Example { get; } = new()
    {
        Index = 1,
        Field = "amount",
        Expected = "a number",
        Detail = "amount: expected a number",
        Status = 503,
        RetryAfter = 1,
    };
}

internal sealed record BatchStatistics : IExample<BatchStatistics>
{
    [Description("Items sent."), AtLeast(1), Most<HttpOptions>(nameof(HttpOptions.MaxBatch))]
    public required int Total { get; init; }

    [Description("Items scored."), AtLeast(0), Most<HttpOptions>(nameof(HttpOptions.MaxBatch))]
    public required int Scored { get; init; }

    [Description("Items not scored."), AtLeast(0), Most<HttpOptions>(nameof(HttpOptions.MaxBatch))]
    public required int Failed { get; init; }

    [Description("Items to be reviewed or blocked."), AtLeast(0), Most<HttpOptions>(nameof(HttpOptions.MaxBatch))]
    public required int FraudCount { get; init; }

    [Description("Their share of those scored."), Range(0.0, 1.0)]
    public required double FraudRate { get; init; }

    [Description("Mean score of those scored."), Range(0.0, 1.0)]
    public required double AvgScore { get; init; }

    [Description("Highest score of them."), Range(0.0, 1.0)]
    public required double MaxScore { get; init; }

    [Description("Items scored in a second, at this batch's pace."), AtLeast(0)]
    public required double ThroughputPerSecond { get; init; }

    [Description("For all, in milliseconds."), AtLeast(0)]
    public required double ProcessingTimeMs { get; init; }

    public static BatchStatistics Example { get; } = new()
    {
        Total = 2,
        Scored = 1,
        Failed = 1,
        FraudCount = 0,
        FraudRate = 0,
        AvgScore = 0.0234,
        MaxScore = 0.0234,
        ThroughputPerSecond = 800.5,
        ProcessingTimeMs = 2.5,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PredictRequest))]
[JsonSerializable(typeof(Prediction))]
[JsonSerializable(typeof(BatchForms))]
[JsonSerializable(typeof(BatchPrediction))]
internal sealed partial class ScoringJson : JsonSerializerContext;
