using System.Text.Json;
using Fraud.Model;
using Fraud.Model.Reasons;
using Fraud.Stream.Batching;

namespace Fraud.Http.Scoring;

/// <summary>What a caller is told of a payment; copied from it when it is done, because the payment is used again.</summary>
internal struct Answer
{
    public ShortText TransactionId;
    public float Score;
    public Decision Decision;
    public IReadOnlyList<string> Reasons;
    public bool IsExplanationWanted;
    public Explanation? Explanation;
    public ScoredBy? ScoredBy;
    public bool IsDuplicate;

    /// <summary>There is no answer, because the graph fails with the payment whenever it runs.</summary>
    public bool IsPoisoned;

    public double ProcessingMs;
    public float InferenceMs;

    /// <summary>The node that scored it; null for this one.</summary>
    public string? Node;

    /// <summary>When it was answered, milliseconds since 1970 UTC.</summary>
    public long AnsweredAtMs;

    public void CopyFrom(Payment payment, double processingMs)
    {
        TransactionId = payment.Transaction.Id;
        Score = payment.Score;
        Decision = payment.Decision;
        Reasons = payment.Reasons;
        IsExplanationWanted = payment.IsExplanationWanted;
        Explanation = payment.Explanation;
        ScoredBy = payment.ScoredBy;
        IsDuplicate = payment.State == PaymentState.Duplicate;
        IsPoisoned = false;
        InferenceMs = payment.InferenceMs;
        Node = null;
        SetTime(payment.ArrivedAtMs, processingMs);
    }

    /// <param name="arrivedAtMs">When it arrived at the node that answers.</param>
    /// <param name="processingMs">How long it took since.</param>
    public void SetTime(long arrivedAtMs, double processingMs)
    {
        ProcessingMs = processingMs;
        AnsweredAtMs = arrivedAtMs + (long)processingMs;
    }

    /// <param name="index">Which item of a batch it answers; null for a payment of its own.</param>
    public readonly void WriteTo(Utf8JsonWriter json, int? index = null)
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
        WriteReasons(json);
        if (IsExplanationWanted)
        {
            WriteExplanation(json);
        }

        json.WriteString("model"u8, ScoredBy.Model);
        json.WriteString("model_version"u8, ScoredBy.Version);
        json.WriteBoolean("duplicate"u8, IsDuplicate);
        json.WriteNumber("inference_time_ms"u8, Math.Round((double)InferenceMs, 3));
        json.WriteNumber("processing_time_ms"u8, Math.Round(ProcessingMs, 3));
        json.WriteString("timestamp"u8, DateTimeOffset.FromUnixTimeMilliseconds(AnsweredAtMs).UtcDateTime);
        if (Node is not null)
        {
            json.WriteString("node"u8, Node);
        }

        json.WriteEndObject();
    }

    // Null where nobody can tell any more (a repeat gets the stored answer) or the model cannot.
    private readonly void WriteExplanation(Utf8JsonWriter json)
    {
        if (Explanation is not { } explanation)
        {
            json.WriteNull("explanation"u8);
            return;
        }

        json.WriteStartObject("explanation"u8);
        json.WriteString("unit"u8, "log-odds"u8);
        json.WriteNumber("base"u8, Rounded(explanation.Bias));
        json.WriteNumber("margin"u8, Rounded(explanation.Margin));
        json.WriteStartArray("contributions"u8);
        foreach (var input in explanation.Inputs)
        {
            json.WriteStartObject();
            json.WriteString("feature"u8, input.Name);
            if (float.IsFinite(input.Value))
            {
                json.WriteNumber("value"u8, input.Value);
            }
            else
            {
                json.WriteNull("value"u8);
            }

            json.WriteNumber("contribution"u8, Rounded(input.LogOdds));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // As exact as the contributions are.
    private static double Rounded(double logOdds) => Math.Round(logOdds, 6);

    // The reasons in words, and the features that they are about by name.
    private readonly void WriteReasons(Utf8JsonWriter json)
    {
        json.WriteStartArray("reasons"u8);
        foreach (var reason in Reasons)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
        json.WriteStartArray("risk_factors"u8);
        foreach (var reason in Reasons)
        {
            json.WriteStringValue(ReasonFinder.FactorOf(reason));
        }

        json.WriteEndArray();
    }
}
