using Fraud.Http.ApiDocs;

namespace Fraud.Http.Telemetry;

/// <summary>Metrics as the OpenAPI document tells of them.</summary>
internal static class MetricsDescriptions
{
    public static ApiDescription Metrics { get; } = new("Telemetry", "Metrics")
    {
        Detail = "All metrics of this node in Prometheus' text format.",
        Answers =
        [
            new ApiAnswer(200, "The metrics.", "text/plain")
            {
                Text = "# TYPE fraud_predictions_total counter\nfraud_predictions_total{decision=\"approve\"} 12\n",
            },
        ],
    };
}
