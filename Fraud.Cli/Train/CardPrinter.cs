using System.Globalization;
using System.Text.Json;
using Fraud.Model.Cards;
using Fraud.Model.Training;

namespace Fraud.Cli.Train;

/// <summary>Reports on models of the card data set.</summary>
internal static class CardPrinter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Print(string title, CardReport report, IReadOnlyList<KeyValuePair<string, double>> measures, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new SortedDictionary<string, double>(report.ToMetrics().Concat(measures).ToDictionary(), StringComparer.Ordinal), Indented));
            return;
        }

        Console.WriteLine(title);
        Console.WriteLine();
        Line("test rows", report.Rows);
        Line("test frauds", report.Frauds);
        Line("ROC AUC", report.RocAuc);
        Line("average precision (*)", report.AveragePrecision);
        Line("recall at 1 % false alarms", report.RecallAtOnePercent);
        foreach (var (name, value) in measures)
        {
            Line(name.Replace('_', ' '), value);
        }

        Console.WriteLine();
        Console.WriteLine("threshold           value  precision (*)  recall  false alarms     TP     FP     FN       TN");
        Row("review", report.Review);
        Row("block", report.Block);
        Console.WriteLine();
        Console.WriteLine("(*) holds for this file's share of frauds, which is far above the natural one");
    }

    private static void Line(string name, double value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-40} {Shown(value)}"));

    private static string Shown(double value) => value switch
    {
        0 => "0",
        _ when value == Math.Round(value) => value.ToString("0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value) < 0.0005 => value.ToString("0.0e+00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0000", CultureInfo.InvariantCulture),
    };

    private static void Row(string name, Confusion at) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-16} {at.Threshold,8:0.000000} {at.Precision,14:0.000} {at.Recall,7:0.000} {CardReport.FalsePositiveRate(at),13:0.0000} {at.TruePositives,6} {at.FalsePositives,6} {at.FalseNegatives,6} {at.TrueNegatives,8}"));
}
