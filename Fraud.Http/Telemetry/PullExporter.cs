using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Fraud.Http.Telemetry;

/// <summary>Collects when it is asked to, and keeps the text. One caller at a time.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PullExporter : BaseExporter<Metric>, IPullMetricExporter
{
    public Func<int, bool>? Collect { get; set; }

    public string Text { get; private set; } = "";

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new StringBuilder(16_384);
        foreach (var metric in batch)
        {
            PrometheusText.Write(text, metric);
        }

        Text = text.ToString();
        return ExportResult.Success;
    }
}
