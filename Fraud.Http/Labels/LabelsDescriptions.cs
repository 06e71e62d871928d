using Fraud.Http.ApiDocs;
using Fraud.Http.Idempotency;

namespace Fraud.Http.Labels;

/// <summary><c>POST /labels</c> as the OpenAPI document tells of it.</summary>
internal static class LabelsDescriptions
{
    public static ApiDescription Labels { get; } = new("Labels", "Bring labels")
    {
        Detail =
            "What analysts found out about payments. All are stored before the answer, or none; each counts once. A label may come "
            + "before its payment. At most Http:MaxBatch at a time.",
        Parameters = [IdempotencyDescriptions.Header],
        Bodies =
        [
            ApiBody.Json<LabelList>(),
            new ApiBody("application/x-ndjson")
            {
                Text = "{\"transaction_id\":\"order-1001\",\"is_fraud\":true}\n{\"transaction_id\":\"order-1002\",\"is_fraud\":false}\n",
                Description = "Or one label a line.",
            },
        ],
        Answers = [new ApiAnswer(200, "They are stored.")],
        Problems = [400, 408, 409, 413, 415, 422, 503],
    };
}
