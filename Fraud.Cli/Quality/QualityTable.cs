using System.Globalization;
using System.Text.Json;
using Fraud.Model.Training;

namespace Fraud.Cli.Quality;

/// <summary>Results over folds as a Markdown table, or as JSON.</summary>
internal static class QualityTable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly (string Name, Func<FoldResult, double> Value)[] Columns =
    [
        ("average precision", static fold => fold.Report.AveragePrecision),
        ("CP@100", static fold => fold.Report.CardPrecision100),
        ("ROC AUC", static fold => fold.Report.RocAuc),
        ("scenario 1", static fold => fold.Report.ScenarioPrecisions.GetValueOrDefault(1, double.NaN)),
        ("scenario 2", static fold => fold.Report.ScenarioPrecisions.GetValueOrDefault(2, double.NaN)),
        ("scenario 3", static fold => fold.Report.ScenarioPrecisions.GetValueOrDefault(3, double.NaN)),
        ("calibration error", static fold => fold.Report.CalibrationError),
        ("before calibration", static fold => fold.RawCalibrationError),
    ];

    public static void Print(TextWriter output, IReadOnlyList<(string Name, IReadOnlyList<FoldResult> Folds)> sets, string? published)
    {
        output.WriteLine($"| features | test days | {string.Join(" | ", Columns.Select(static column => column.Name))} |");
        output.WriteLine($"|---|---|{string.Concat(Columns.Select(static _ => "---|"))}");
        if (published is not null)
        {
            output.WriteLine(published);
        }

        foreach (var (name, folds) in sets)
        {
            foreach (var fold in folds)
            {
                Row(output, name, Days(fold.Options), Columns.Select(column => Number(column.Value(fold))));
            }

            if (folds.Count > 1)
            {
                Mean(output, name, "mean of the whole weeks", [.. folds.Where(static fold => !QualityProtocol.IsCut(fold.Options))]);
                Mean(output, name, "mean of the handbook's weeks", [.. folds.Skip(1)]);
            }
        }
    }

    public static void PrintJson(TextWriter output, IReadOnlyList<(string Name, IReadOnlyList<FoldResult> Folds)> sets) =>
        output.WriteLine(JsonSerializer.Serialize(
            sets.ToDictionary(
                static set => set.Name,
                static set => set.Folds.Select(static fold => new Dictionary<string, object>
                {
                    ["test_from"] = fold.Options.TestFrom,
                    ["test_to"] = fold.Options.TestTo,
                    ["rows"] = fold.Report.Rows,
                    ["frauds"] = fold.Report.Frauds,
                    ["measures"] = Columns.Where(column => double.IsFinite(column.Value(fold)))
                        .ToDictionary(static column => column.Name, column => column.Value(fold)),
                })),
            Indented));

    private static void Mean(TextWriter output, string name, string what, IReadOnlyList<FoldResult> folds) =>
        Row(output, $"**{name}**", $"**{what}**", Columns.Select(column =>
        {
            var values = folds.Select(column.Value).ToArray();
            var mean = values.Average();
            // As numpy's std, which the handbook's table uses: divided by the number of folds.
            var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
            return $"**{Number(mean)} ± {Number(deviation)}**";
        }));

    private static void Row(TextWriter output, string name, string days, IEnumerable<string> cells) =>
        output.WriteLine($"| {name} | {days} | {string.Join(" | ", cells)} |");

    private static string Days(TrainingOptions options) => string.Create(
        CultureInfo.InvariantCulture, $"{options.TestFrom:MM-dd} to {options.TestTo:MM-dd}");

    private static string Number(double value) =>
        double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "";
}
