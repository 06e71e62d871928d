using Fraud.Http.ApiDocs;
using Fraud.Http.Deadlines;
using Fraud.Http.Idempotency;

namespace Fraud.Http.Scoring;

/// <summary><c>POST /predict/batch</c> as the OpenAPI document tells of it.</summary>
internal static class BatchDescriptions
{
    public static ApiDescription Batch { get; } = new(PredictDescriptions.Tag, "Score a batch")
    {
        Detail =
            "Scores payments together. Items that are wrong, and items that are not finished (such as a repeat whose first one is still on its way: 503 "
            + "with retry_after), are reported one by one, the others are scored; 503 only when none could be.",
        Parameters = [PredictDescriptions.Explain, IdempotencyDescriptions.Header, .. RequestTimeoutDescriptions.Headers],
        Bodies = [ApiBody.Json<BatchForms>()],
        Answers = [ApiAnswer.Json<BatchPrediction>("Results, errors and statistics.")],
        Problems = [400, 408, 409, 413, 415, 422, 503, 504],
    };
}
