using Fraud.Http.ApiDocs;
using Fraud.Http.Idempotency;

namespace Fraud.Http.Labels;

/// <summary><c>POST /labels</c> as the OpenAPI document tells of it.</summary>
internal static class LabelsDescriptions
{
    private static readonly ApiShape Label = new("Label", """
        {"transaction_id":"order-1001","is_fraud":true,"card_id":"card-17","terminal_id":"terminal-4","event_time":"2025-11-20T12:00:00Z"}
        """)
    {
        { "transaction_id", "The payment that it is about." },
        { "is_fraud", "What was found out: true or false, also 1 or 0." },
        { "card_id", "The payment's card, where you have it.", FieldIs.Optional },
        { "terminal_id", "The payment's terminal, where you have it.", FieldIs.Optional },
        { "event_time", "The payment's time, where you have it.", FieldIs.Optional },
    };

    public static ApiDescription Labels { get; } = new("Labels", "Bring labels")
    {
        Detail =
            "What analysts found out about payments. All are stored before the answer, or none; each counts once. A label may come "
            + "before its payment.",
        Parameters = [IdempotencyDescriptions.Header],
        Bodies =
        [
            ApiBody.Json(new ApiShape("LabelList", """[{"transaction_id":"order-1001","is_fraud":true}]""") { { "[]", "A label.", Label } }),
            new ApiBody("application/x-ndjson")
            {
                Text = "{\"transaction_id\":\"order-1001\",\"is_fraud\":true}\n{\"transaction_id\":\"order-1002\",\"is_fraud\":false}\n",
                Description = "Or one label a line.",
            },
        ],
        Answers = [ApiAnswer.Json(new ApiShape("LabelsStored", """{"stored":2,"new_frauds":1,"frauds_taken_back":0}""")
        {
            { "stored", "Labels stored." },
            { "new_frauds", "Payments that are known as frauds now and were not." },
            { "frauds_taken_back", "Payments that were known as frauds and are not any more." },
        }, "They are stored.")],
        Problems = [400, 408, 409, 413, 415, 422, 503],
    };
}
