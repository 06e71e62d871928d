using Fraud.Http.ApiDocs;

namespace Fraud.Http.Audit;

/// <summary><c>GET /api/v1/audit</c> as the OpenAPI document tells of it.</summary>
internal static class AuditDescriptions
{
    private static readonly ApiShape Page = new("AuditPage", """
        {
          "data": [
            {
              "id": 42,
              "at": "2025-11-20T12:05:00+00:00",
              "actor": "key 3f2a9c11d0b7 (analysts)",
              "action": "Transaction status updated",
              "subject": "order-1001",
              "outcome": "done",
              "detail": "from NEW to FRAUD"
            }
          ],
          "count": 1,
          "next_before": 42
        }
        """)
    {
        { "data", "Entries, the newest first." },
        { "data[].id", "The entry's id; newer ones are higher." },
        { "data[].at", "When, in UTC." },
        { "data[].actor", "Who." },
        { "data[].action", "What was done." },
        { "data[].subject", "To what, by its id." },
        { "data[].outcome", "done, or why not." },
        { "data[].detail", "More about it; may be empty." },
        { "count", "How many are in this page." },
        { "next_before", "Send it as before for the next page; null when this is the last.", FieldIs.Nullable },
    };

    public static ApiDescription List { get; } = new("Audit", "Who changed what")
    {
        Detail = "The audit log of all nodes: keys, labels and cases that people changed, the newest first, page by page.",
        Parameters =
        [
            new ApiParameter("limit", "query", "How many a page may have, 1 to 1000.", "100") { Type = "integer" },
            new ApiParameter("before", "query", "next_before of the page before.", "42") { Type = "integer", IsRare = true },
        ],
        Answers = [ApiAnswer.Json(Page, "A page.")],
        Problems = [400, 503],
    };
}
