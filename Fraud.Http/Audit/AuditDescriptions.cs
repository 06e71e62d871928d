using Fraud.Http.ApiDocs;

namespace Fraud.Http.Audit;

/// <summary><c>GET /api/v1/audit</c> as the OpenAPI document tells of it.</summary>
internal static class AuditDescriptions
{
    public static ApiDescription List { get; } = new("Audit", "Who changed what")
    {
        Detail = "The audit log of all nodes: keys, labels and cases that people changed, the newest first, page by page.",
        Parameters =
        [
            new ApiParameter("limit", "query", "How many a page may have.", "100") { Type = "integer", Minimum = 1, Maximum = AuditEndpoint.MaxLimit },
            new ApiParameter("before", "query", "next_before of the page before.", "42")
            {
                Type = "integer",
                Minimum = 1,
                Maximum = long.MaxValue,
                IsRare = true,
            },
        ],
        Answers = [new ApiAnswer(200, "A page.")],
        Problems = [400, 503],
    };
}
