using Fraud.Http.ApiDocs;
using Fraud.Http.Deadlines;
using Fraud.Http.Idempotency;

namespace Fraud.Http.Scoring;

/// <summary><c>POST /predict/batch</c> as the OpenAPI document tells of it.</summary>
internal static class BatchDescriptions
{
    private static readonly ApiShape Payments = new("PaymentBatch", """
        {
          "batch_id": "night-run-7",
          "transactions": [
            { "transaction_id": "order-2001", "card_id": "card-17", "amount": 12.50 },
            { "transaction_id": "order-2002", "card_id": "card-18", "amount": 950 }
          ]
        }
        """)
    {
        { "batch_id", "Comes back in the answer.", FieldIs.Optional },
        { "transactions", "1 to Http:MaxBatch payments, each as POST /predict takes it.", PredictDescriptions.Payment },
    };

    private static readonly ApiShape List = new("PaymentList", """[{"transaction_id":"order-3001","card_id":"card-17","amount":12.50}]""")
    {
        { "[]", "A payment.", PredictDescriptions.Payment },
    };

    private static readonly ApiShape Answer = new("BatchPrediction", """
        {
          "batch_id": "night-run-7",
          "results": [],
          "errors": [
            {
              "index": 1,
              "field": "amount",
              "expected": "a number",
              "detail": "amount: expected a number",
              "status": 503,
              "retry_after": 1
            }
          ],
          "statistics": {
            "total": 2,
            "scored": 1,
            "failed": 1,
            "fraud_count": 0,
            "fraud_rate": 0.0,
            "avg_score": 0.0234,
            "max_score": 0.0234,
            "throughput_per_second": 800.5,
            "processing_time_ms": 2.5
          }
        }
        """)
    {
        { "batch_id", "The request's.", FieldIs.Optional },
        { "results", "Answers to the payments that were scored, in order.", PredictDescriptions.Answer },
        { "errors", "Items that were not scored, in order." },
        { "errors[].index", "Which item of the request it is." },
        { "errors[].field", "The field that is wrong, where one is.", FieldIs.Optional },
        { "errors[].expected", "What the field should have been.", FieldIs.Optional },
        { "errors[].detail", "What is wrong." },
        { "errors[].status", "Where the item is fine and was not scored: the status that it would have got alone.", FieldIs.Optional },
        { "errors[].retry_after", "Seconds after which to send the item again.", FieldIs.Optional },
        { "statistics", "Sums over the batch." },
        { "statistics.total", "Items sent." },
        { "statistics.scored", "Items scored." },
        { "statistics.failed", "Items not scored." },
        { "statistics.fraud_count", "Items to be reviewed or blocked." },
        { "statistics.fraud_rate", "Their share of those scored.", FieldIs.Number },
        { "statistics.avg_score", "Mean score of those scored.", FieldIs.Number },
        { "statistics.max_score", "Highest score of them.", FieldIs.Number },
        { "statistics.throughput_per_second", "Items scored in a second, at this batch's pace.", FieldIs.Number },
        { "statistics.processing_time_ms", "For all, in milliseconds.", FieldIs.Number },
    };

    public static ApiDescription Batch { get; } = new(PredictDescriptions.Tag, "Score a batch")
    {
        Detail = "Scores payments together. Items that are wrong, and items that are not finished (such as a repeat whose first one is still on its way: 503 with retry_after), are reported one by one, the others are scored; 503 only when none could be.",
        Parameters = [PredictDescriptions.Explain, IdempotencyDescriptions.Header, .. RequestTimeoutDescriptions.Headers],
        Bodies = [ApiBody.Json(Payments, List)],
        Answers = [ApiAnswer.Json(Answer, "Results, errors and statistics.")],
        Problems = [400, 408, 409, 413, 415, 422, 503, 504],
    };
}
