using System.Diagnostics;
using System.Globalization;
using System.Text;
using Fraud.Http.Telemetry;
using Fraud.Model.Registry;
using Fraud.Stream.Drift;
using Fraud.Stream.Scoring;
using Fraud.Stream.Telemetry;

namespace Fraud.Http.Stats;

/// <summary>
/// Figures under the names that dashboards and alert rules of other systems ask for, beside our own. Those in
/// milliseconds and megabytes are named against Prometheus' advice; the names are not ours to choose.
/// </summary>
internal sealed class CompatibleMetrics(StreamMetrics stream, HttpMetrics http, ResourceUsage usage, ModelHolder models, QualityMonitor quality)
{
    private static readonly double Started = StartTime();

    public void Write(StringBuilder text)
    {
        var recent = stream.Recent.Read();
        const string latency = "fraud_detection_latency_ms";
        Head(text, latency, "summary", "From arrival to the stored result in milliseconds; quantiles of the last 1000 payments.");
        Sample(text, latency + "{quantile=\"0.5\"}", recent.P50Ms);
        Sample(text, latency + "{quantile=\"0.95\"}", recent.P95Ms);
        Sample(text, latency + "{quantile=\"0.99\"}", recent.P99Ms);
        Sample(text, latency + "_sum", recent.LatencySumMs);
        Sample(text, latency + "_count", recent.Predictions);
        One(text, "fraud_detection_throughput_rps", "gauge", "Payments a second over the last 1000.", recent.PerSecond);
        One(text, "fraud_detection_fraud_rate", "gauge", "Share of the last 1000 payments that was flagged.", recent.FraudRate);
        One(text, "fraud_detection_cpu_percent", "gauge", "Processor use of the process; 100 is all processors.", usage.CpuPercent);
        One(text, "fraud_detection_memory_mb", "gauge", "Working set of the process in megabytes.", usage.MemoryMb);
        One(text, "process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.", Started);
        One(text, "fraud_detection_errors_total", "counter", "Requests answered with a status of 500 or above, but for those that were shed.", http.Errors);

        var served = models.Current;
        Head(text, "fraud_model_info", "gauge", "The model in service: always 1.");
        Sample(text, $"fraud_model_info{{model=\"{Escape(served.ScoredBy.Model)}\",version=\"{Escape(served.ScoredBy.Version)}\"}}", 1);
        var live = quality.Current;
        if ((live?.Accuracy ?? Accuracy(served.Model.Manifest.Metrics)) is { } accuracy)
        {
            One(text, "model_accuracy", "gauge", "Share of payments that the model in service judged rightly: by labels that came, before those on its test days.", accuracy);
        }

        Live(text, "model_precision", "Share of payments flagged by the model in service that are frauds, by labels that came.", live?.Precision);
        Live(text, "model_recall", "Share of known frauds that the model in service flagged.", live?.Recall);
        Live(text, "model_f1", "Harmonic mean of model_precision and model_recall.", live?.F1);
    }

    /// <summary>From what manifests hold; null when that is not enough.</summary>
    internal static double? Accuracy(IReadOnlyDictionary<string, double> metrics)
    {
        if (metrics.TryGetValue("accuracy", out var given))
        {
            return given;
        }

        if (!metrics.TryGetValue("test_rows", out var rows) || !metrics.TryGetValue("test_frauds", out var frauds)
            || !metrics.TryGetValue("precision_at_review", out var precision)
            || !metrics.TryGetValue("recall_at_review", out var recall)
            || rows <= 0)
        {
            return null;
        }

        var found = recall * frauds;
        // Without a hit the precision does not tell how many were flagged.
        return precision > 0 ? (rows - (frauds - found) - ((found / precision) - found)) / rows : null;
    }

    private static double StartTime()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1e3;
    }

    private static void Live(StringBuilder text, string name, string help, double? value)
    {
        if (value is { } number)
        {
            One(text, name, "gauge", help, number);
        }
    }

    private static void One(StringBuilder text, string name, string type, string help, double value)
    {
        Head(text, name, type, help);
        Sample(text, name, value);
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Sample(StringBuilder text, string series, double value) =>
        text.Append(series).Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Escape(string text) => PrometheusText.Escape(text, quotes: true);
}
