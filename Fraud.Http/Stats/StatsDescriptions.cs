using Fraud.Http.ApiDocs;

namespace Fraud.Http.Stats;

/// <summary><c>GET /stats</c> as the OpenAPI document tells of it.</summary>
internal static class StatsDescriptions
{
    public static ApiDescription Stats { get; } = new("Telemetry", "The last thousand payments")
    {
        Detail = "This node's latency, throughput and fraud rate over its last thousand payments, its totals and its condition.",
        Answers = [new ApiAnswer(200, "The figures.")],
    };
}
