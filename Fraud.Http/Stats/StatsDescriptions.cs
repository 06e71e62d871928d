using Fraud.Http.ApiDocs;

namespace Fraud.Http.Stats;

/// <summary><c>GET /stats</c> as the OpenAPI document tells of it.</summary>
internal static class StatsDescriptions
{
    public static ApiDescription Stats { get; } = new("Telemetry", "The last thousand payments")
    {
        Detail = "This node's latency, throughput and fraud rate over its last thousand payments, its totals and its condition.",
        Answers = [ApiAnswer.Json(new ApiShape("Stats", """
            {
              "timestamp": "2025-11-20T12:00:00Z",
              "uptime_seconds": 3600.5,
              "total_requests": 1200,
              "total_errors": 3,
              "total_predictions": 1180,
              "fraud_detections": 12,
              "fraud_rate": 0.01,
              "throughput_per_second": 250.5,
              "latency_ms": { "avg": 1.2, "min": 0.4, "max": 9.5, "p50": 1.1, "p95": 2.5, "p99": 4.5 },
              "window": { "size": 1000, "samples": 1000, "seconds": 4.1 },
              "cpu_percent": 35.5,
              "memory_mb": 210.5,
              "memory_percent": 1.5,
              "alerts": [{ "name": "cpu_percent", "value": 95.5, "limit": 90.5 }]
            }
            """)
        {
            { "timestamp", "Now, in UTC." },
            { "uptime_seconds", "Since the process started.", FieldIs.Number },
            { "total_requests", "Requests answered since then." },
            { "total_errors", "Of them: with an error." },
            { "total_predictions", "Payments scored since then." },
            { "fraud_detections", "Of them: to be reviewed or blocked." },
            { "fraud_rate", "Their share.", FieldIs.Number },
            { "throughput_per_second", "Payments a second over the window.", FieldIs.Number },
            { "latency_ms", "From arrival to decision over the window, in milliseconds." },
            { "latency_ms.avg", "Mean.", FieldIs.Number },
            { "latency_ms.min", "Shortest.", FieldIs.Number },
            { "latency_ms.max", "Longest.", FieldIs.Number },
            { "latency_ms.p50", "Half are faster.", FieldIs.Number },
            { "latency_ms.p95", "95 % are faster.", FieldIs.Number },
            { "latency_ms.p99", "99 % are faster.", FieldIs.Number },
            { "window", "What the window holds." },
            { "window.size", "Most payments in it." },
            { "window.samples", "Payments in it." },
            { "window.seconds", "How far back it reaches.", FieldIs.Number },
            { "cpu_percent", "Of all processors.", FieldIs.Number },
            { "memory_mb", "Of the process.", FieldIs.Number },
            { "memory_percent", "Of the memory that it may use.", FieldIs.Number },
            { "alerts", "What is beyond its limit now." },
            { "alerts[].name", "What it is." },
            { "alerts[].value", "How much.", FieldIs.Number },
            { "alerts[].limit", "How much it may be.", FieldIs.Number },
        }, "The figures.")],
    };
}
