using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;

namespace Fraud.Http.Telemetry;

/// <summary>
/// Writes OpenTelemetry metrics in Prometheus' text format 0.0.4. The library's own exporter has no summary, which the
/// references' fraud_detection_latency_ms is: docs/decisions/0012.
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Write(StringBuilder text, Metric metric)
    {
        var isCounter = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
        var name = NameOf(metric, isCounter);
        text.Append("# HELP ").Append(name).Append(' ').Append(Escape(metric.Description, quotes: false)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ')
            .Append(metric.MetricType is MetricType.Histogram ? "histogram" : isCounter ? "counter" : "gauge").Append('\n');
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = LabelsOf(point);
            switch (metric.MetricType)
            {
                case MetricType.Histogram:
                    WriteHistogram(text, name, labels, point);
                    break;
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    Sample(text, name, labels, point.GetSumLong());
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    Sample(text, name, labels, point.GetSumDouble());
                    break;
                case MetricType.LongGauge:
                    Sample(text, name, labels, point.GetGaugeLastValueLong());
                    break;
                default:
                    Sample(text, name, labels, point.GetGaugeLastValueDouble());
                    break;
            }
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, string labels, in MetricPoint point)
    {
        long cumulative = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            cumulative += bucket.BucketCount;
            var bound = Number(bucket.ExplicitBound);
            var separator = labels.Length == 0 ? "" : ",";
            Sample(text, name + "_bucket", $"{labels}{separator}le=\"{bound}\"", cumulative);
        }

        Sample(text, name + "_sum", labels, point.GetHistogramSum());
        Sample(text, name + "_count", labels, point.GetHistogramCount());
    }

    private static void Sample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    // Infinity has a name of its own in this format.
    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString(CultureInfo.InvariantCulture);

    private static string NameOf(Metric metric, bool isCounter)
    {
        var name = new StringBuilder(metric.Name.Length + 16);
        foreach (var letter in metric.Name)
        {
            name.Append(char.IsAsciiLetterOrDigit(letter) || letter == ':' ? letter : '_');
        }

        var unit = metric.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        var text = name.ToString();
        if (!text.EndsWith(unit, StringComparison.Ordinal))
        {
            text += unit;
        }

        // Of a histogram it is the number of its samples, and of nothing else.
        if (metric.MetricType is not MetricType.Histogram && text.EndsWith("_count", StringComparison.Ordinal))
        {
            text = text[..^"count".Length] + "number";
        }

        return isCounter && !text.EndsWith("_total", StringComparison.Ordinal) ? text + "_total" : text;
    }

    private static string LabelsOf(in MetricPoint point)
    {
        var labels = new StringBuilder();
        foreach (var tag in point.Tags)
        {
            if (labels.Length > 0)
            {
                labels.Append(',');
            }

            labels.Append(tag.Key.Replace('.', '_')).Append("=\"")
                .Append(Escape(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "", quotes: true)).Append('"');
        }

        return labels.ToString();
    }

    public static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
