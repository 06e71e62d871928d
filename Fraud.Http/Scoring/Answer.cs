using System.Text.Json;
using Fraud.Model;
using Fraud.Stream.Batching;

namespace Fraud.Http.Scoring;

/// <summary>What a caller is told of a payment; copied from it when it is done, because the payment is used again.</summary>
internal struct Answer
{
    public ShortText TransactionId;
    public float Score;
    public Decision Decision;
    public IReadOnlyList<string> Reasons;
    public ScoredBy? ScoredBy;
    public bool IsDuplicate;
    public double ProcessingMs;

    public void CopyFrom(Payment payment, double processingMs)
    {
        TransactionId = payment.Transaction.Id;
        Score = payment.Score;
        Decision = payment.Decision;
        Reasons = payment.Reasons;
        ScoredBy = payment.ScoredBy;
        IsDuplicate = payment.State == PaymentState.Duplicate;
        ProcessingMs = processingMs;
    }

    /// <param name="index">Which item of a batch it answers; null for a payment of its own.</param>
    /// <param name="node">Who scored it, where another node did.</param>
    public readonly void WriteTo(Utf8JsonWriter json, int? index = null, string? node = null)
    {
        json.WriteStartObject();
        if (index is { } item)
        {
            json.WriteNumber("index"u8, item);
        }

        json.WriteString("transaction_id"u8, TransactionId.Utf8);
        json.WriteNumber("fraud_score"u8, Score);
        json.WriteNumber("fraud_probability"u8, Score);
        json.WriteBoolean("is_fraud"u8, Decision != Decision.Approve);
        json.WriteString("decision"u8, Decision switch
        {
            Decision.Approve => "approve"u8,
            Decision.Review => "review"u8,
            _ => "block"u8,
        });
        json.WriteNumber("threshold"u8, ScoredBy!.ReviewThreshold);
        json.WriteNumber("confidence"u8, Math.Max(Score, 1 - Score));
        WriteReasons(json, "reasons"u8);
        WriteReasons(json, "risk_factors"u8);
        json.WriteString("model"u8, ScoredBy.Model);
        json.WriteString("model_version"u8, ScoredBy.Version);
        json.WriteBoolean("duplicate"u8, IsDuplicate);
        json.WriteNumber("processing_time_ms"u8, Math.Round(ProcessingMs, 3));
        if (node is not null)
        {
            json.WriteString("node"u8, node);
        }

        json.WriteEndObject();
    }

    private readonly void WriteReasons(Utf8JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.WriteStartArray(name);
        foreach (var reason in Reasons)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
    }
}
