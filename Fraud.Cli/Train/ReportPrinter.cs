using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fraud.Model.Training;

namespace Fraud.Cli.Train;

/// <summary>Evaluation reports for people and machines.</summary>
internal static class ReportPrinter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Option<bool> JsonOption() => new("--json") { Description = "Print the result as JSON" };

    public static void Print(
        string title, EvaluationReport report, bool json, IReadOnlyList<KeyValuePair<string, double>> extra)
    {
        var metrics = report.ToMetrics().Concat(extra).ToDictionary();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(metrics, Indented));
            return;
        }

        Console.WriteLine(title);
        Console.WriteLine();
        Line("ROC AUC", report.RocAuc);
        Line("average precision", report.AveragePrecision);
        Line("card precision@100", report.CardPrecision100);
        Line("calibration error", report.CalibrationError);
        foreach (var (name, value) in extra)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name.Replace('_', ' '),-28} {value:0.0e+00}"));
        }

        Console.WriteLine();
        Console.WriteLine("threshold        value  precision  recall     TP     FP     FN       TN");
        Row("review", report.Review);
        Row("block", report.Block);
        Console.WriteLine();
        foreach (var (scenario, recall) in report.Recalls.OrderBy(static entry => entry.Key))
        {
            Line($"recall of scenario {scenario}", recall);
        }

        foreach (var (scenario, precision) in report.ScenarioPrecisions.OrderBy(static entry => entry.Key))
        {
            Line($"average precision of {scenario}", precision);
        }
    }

    private static void Line(string name, double value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-28} {value:0.000}"));

    private static void Row(string name, Confusion at) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-16} {at.Threshold:0.00}   {at.Precision,9:0.000} {at.Recall,7:0.000} {at.TruePositives,6} {at.FalsePositives,6} {at.FalseNegatives,6} {at.TrueNegatives,8}"));
}
