using Fraud.Http.ApiDocs;
using Fraud.Http.Deadlines;
using Fraud.Http.Idempotency;

namespace Fraud.Http.Scoring;

/// <summary><c>POST /predict</c> as the OpenAPI document tells of it.</summary>
internal static class PredictDescriptions
{
    public const string Tag = "Scoring";

    public static ApiParameter Explain { get; } = new(
        ExplainQuery.Name, "query", "true: reasons for approved payments too, and what each input of the model contributed.", "true")
    {
        Type = "boolean",
    };

    public static ApiDescription Predict { get; } = new(Tag, "Score a payment")
    {
        Detail =
            "Scores one payment with its card's and terminal's history, decides, and stores the result before it answers. "
            + "Send the same transaction_id again after a timeout: it is counted once. Ids have at most Limits:MaxIdLength bytes of UTF-8.",
        Parameters = [Explain, IdempotencyDescriptions.Header, .. RequestTimeoutDescriptions.Headers],
        Bodies = [ApiBody.Json<PredictRequest>()],
        Answers = [ApiAnswer.Json<Prediction>("The score and the decision.")],
        Problems = [400, 408, 409, 413, 415, 422, 503, 504],
    };
}
