using Fraud.Http.ApiDocs;
using Fraud.Http.Deadlines;
using Fraud.Http.Idempotency;

namespace Fraud.Http.Scoring;

/// <summary><c>POST /predict</c> as the OpenAPI document tells of it.</summary>
internal static class PredictDescriptions
{
    public const string Tag = "Scoring";

    public static ApiShape Payment { get; } = new("Payment", """
        {
          "transaction_id": "order-1001",
          "card_id": "card-17",
          "terminal_id": "terminal-4",
          "amount": 149.90,
          "currency": "EUR",
          "event_time": "2025-11-20T12:00:00Z",
          "source": "online"
        }
        """)
    {
        { "transaction_id", "Your id of the payment, also id; one is made when it is left out. A repeated one gets the stored answer.", FieldIs.Optional },
        { "card_id", "Whose history counts, also customer_id. No card numbers: they are refused.", FieldIs.Optional },
        { "terminal_id", "Where it was paid, also merchant_id.", FieldIs.Optional },
        { "amount", "In the currency's main unit." },
        { "currency", "ISO 4217; left out: as configured.", FieldIs.Optional },
        { "event_time", "When it was paid, also timestamp: ISO 8601 or Unix time; left out: now.", FieldIs.Optional },
        { "source", "Through which channel it came.", FieldIs.Optional },
    };

    public static ApiShape Answer { get; } = new("Prediction", """
        {
          "index": 0,
          "transaction_id": "order-1001",
          "fraud_score": 0.0234,
          "fraud_probability": 0.0234,
          "is_fraud": false,
          "decision": "approve",
          "threshold": 0.04,
          "confidence": 0.9766,
          "reasons": ["amount is 149.9 (98 % of legitimate payments: 1.34 to 184.21): raises the log-odds of fraud by 1.02"],
          "risk_factors": ["amount"],
          "explanation": {
            "unit": "log-odds",
            "base": -4.731206,
            "margin": -3.713405,
            "contributions": [
              { "feature": "amount", "value": 149.9, "contribution": 1.017801 }
            ]
          },
          "inference_time_ms": 0.2,
          "timestamp": "2025-11-20T12:00:00.125Z",
          "model": "payments",
          "model_version": "1",
          "duplicate": false,
          "processing_time_ms": 1.25,
          "node": "node-2"
        }
        """)
    {
        { "index", "In batches: which item of the request it answers.", FieldIs.Optional },
        { "transaction_id", "The payment's id, or the one that was made for it." },
        { "fraud_score", "From 0, legitimate, to 1, fraud.", FieldIs.Number },
        { "fraud_probability", "The same.", FieldIs.Number },
        { "is_fraud", "True when the payment is to be reviewed or blocked." },
        { "decision", "What to do with the payment.", FieldIs.Required, "approve", "review", "block" },
        { "threshold", "Score from which payments are reviewed.", FieldIs.Number },
        { "confidence", "The larger of score and 1 - score.", FieldIs.Number },
        { "reasons", "What weighed most, how far and which way; empty for approved payments unless explain=true." },
        { "risk_factors", "The features that the reasons are about." },
        { "explanation", "With explain=true: what each input added. Null for a repeat and for a model that cannot tell.", FieldIs.Optional | FieldIs.Nullable },
        { "explanation.unit", "Of base, margin and contributions." },
        { "explanation.base", "Expected margin over the training payments.", FieldIs.Number },
        { "explanation.margin", "What the trees gave this payment: base and contributions together; the score before calibration.", FieldIs.Number },
        { "explanation.contributions", "Of each input of the model, the largest either way first." },
        { "explanation.contributions[].feature", "The input." },
        { "explanation.contributions[].value", "Its value; null when it was missing.", FieldIs.Number | FieldIs.Nullable },
        { "explanation.contributions[].contribution", "Above 0 towards fraud, below away from it.", FieldIs.Number },
        { "inference_time_ms", "In the model, in milliseconds.", FieldIs.Number },
        { "timestamp", "When it was answered, in UTC." },
        { "model", "The model that scored it." },
        { "model_version", "Its version." },
        { "duplicate", "True when this id was scored before; the answer is the stored one." },
        { "processing_time_ms", "From arrival to answer, in milliseconds.", FieldIs.Number },
        { "node", "The node that scored it, where it was another one.", FieldIs.Optional },
    };

    public static ApiParameter Explain { get; } = new(
        ExplainQuery.Name, "query", "true: reasons for approved payments too, and what each input of the model contributed.", "true")
    {
        Type = "boolean",
    };

    private static readonly ApiShape Features = new("FeatureList", """
        {"features":[0,-1.36,-0.07,2.54,1.38,-0.34,0.46,0.24,0.1,0.36,0.09,-0.55,-0.62,-0.99,-0.31,1.47,-0.47,0.21,0.03,0.4,0.25,-0.02,0.28,-0.11,0.07,0.13,-0.19,0.13,-0.02,149.62]}
        """)
    {
        { "features", "The 30 numbers Time, V1 to V28, Amount, in this order. For models that take them; others answer 422.", FieldIs.Number },
    };

    private static readonly ApiShape Named = NamedFeatures();

    public static ApiDescription Predict { get; } = new(Tag, "Score a payment")
    {
        Detail =
            "Scores one payment with its card's and terminal's history, decides, and stores the result before it answers. "
            + "Send the same transaction_id again after a timeout: it is counted once.",
        Parameters = [Explain, IdempotencyDescriptions.Header, .. RequestTimeoutDescriptions.Headers],
        Bodies = [ApiBody.Json(Payment, Features, Named)],
        Answers = [ApiAnswer.Json(Answer, "The score and the decision.")],
        Problems = [400, 408, 409, 413, 415, 422, 503, 504],
    };

    private static ApiShape NamedFeatures()
    {
        var columns = string.Concat(Enumerable.Range(1, 28).Select(static column => $"\"V{column}\":-1.5,"));
        var shape = new ApiShape("NamedFeatures", $$"""{"Time":0,{{columns}}"Amount":149.62}""")
        {
            { "Time", "Seconds since the first payment of the data set.", FieldIs.Number },
            { "Amount", "In the currency's main unit.", FieldIs.Number },
        };
        for (var column = 1; column <= 28; column++)
        {
            shape.Add($"V{column}", $"Principal component {column} of the data set.", FieldIs.Number);
        }

        return shape;
    }
}
