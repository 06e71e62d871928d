using Fraud.Http.ApiDocs;

namespace Fraud.Http.Shadow;

/// <summary><c>GET /api/v1/models/comparison</c> as the OpenAPI document tells of it.</summary>
internal static class ShadowDescriptions
{
    public static ApiDescription Comparison { get; } = new("Models", "Shadows and challengers against the model in service")
    {
        Detail = "Scores, decisions and, as labels arrive, precision and recall of every model that is compared, on the payments that both scored, from all nodes.",
        Parameters =
        [
            new ApiParameter("since", "query", "Only what was scored from here on: a date (midnight UTC), ISO 8601 with a zone, or seconds or milliseconds since 1970.", "2025-11-01") { MaxLength = 64 },
            new ApiParameter("settled_days", "query", "Payments that were scored so many days ago and have no label count as legitimate.", "7")
            {
                Type = "integer",
                Minimum = 0,
                Maximum = ComparisonEndpoint.MaxDays,
            },
        ],
        Answers = [new ApiAnswer(200, "The comparisons.")],
        Problems = [400, 503],
    };
}
