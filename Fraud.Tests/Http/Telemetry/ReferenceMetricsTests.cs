using System.Globalization;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Telemetry;

/// <summary>Each metric that a reference system exports, with a value that can be one after payments were scored, flagged and late.</summary>
public sealed class ReferenceMetricsTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly Dictionary<string, (string Series, double Least, double Most)> Promised = new(StringComparer.Ordinal)
    {
        ["fraud_detection_latency_ms"] = ("fraud_detection_latency_ms{quantile=\"0.95\"} ", 0.001, 60_000),
        ["fraud_detection_throughput_rps"] = ("fraud_detection_throughput_rps ", 0.001, 1_000_000),
        ["fraud_detection_fraud_rate"] = ("fraud_detection_fraud_rate ", 0.001, 1),
        ["fraud_detection_cpu_percent"] = ("fraud_detection_cpu_percent ", 0.001, 100),
        ["fraud_detection_memory_mb"] = ("fraud_detection_memory_mb ", 10, 100_000),
        ["fraud_detection_errors_total"] = ("fraud_detection_errors_total ", 1, 1_000_000),
        ["anomalies_detected_total"] = ("anomalies_detected_total", 1, 1_000_000),
        ["fraud_predictions_total"] = ("fraud_predictions_total{", 1, 1_000_000),
        ["fraud_prediction_latency_seconds"] = ("fraud_prediction_latency_seconds_bucket{le=\"+Inf\"} ", 1, 1_000_000),
        ["api_requests_total"] = ("api_requests_total{", 1, 1_000_000),
        ["model_accuracy"] = ("model_accuracy ", 0.5, 1),
    };

    public static TheoryData<string> Names => [.. Promised.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Get_MetricOfAReference_HasAValueThatCanBe(string name)
    {
        var (series, least, most) = Promised[name];
        var value = double.NaN;
        await Poll.Until(async () =>
        {
            using var flagged = await server.Post("/predict", """{"amount":950}""");
            flagged.EnsureSuccessStatusCode();
            // Answered with 504: no payment is stored in a tenth of a millisecond.
            using var hasty = new HttpRequestMessage(HttpMethod.Post, "/predict") { Content = new StringContent("""{"amount":1}""") };
            hasty.Content.Headers.ContentType = new("application/json");
            hasty.Headers.Add("Request-Timeout", "0.0001");
            using var late = await server.Client.SendAsync(hasty);
            value = (await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n')
                .Where(line => line.StartsWith(series, StringComparison.Ordinal))
                .Select(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))
                .DefaultIfEmpty(double.NaN)
                .Max();
            return value >= least;
        });

        Assert.InRange(value, least, most);
    }
}
