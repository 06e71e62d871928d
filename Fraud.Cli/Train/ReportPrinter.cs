using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fraud.Model.Training;
using Spectre.Console;

namespace Fraud.Cli.Train;

/// <summary>Evaluation reports for people and machines, and progress while they are made.</summary>
internal static class ReportPrinter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Option<bool> JsonOption() => new("--json") { Description = "Print the result as JSON" };

    /// <summary>A progress bar on standard error, so that standard output stays clean.</summary>
    /// <param name="lines">A JSON object a line for each percent instead, for a program that reads it.</param>
    public static T WithProgress<T>(string task, Func<Action<double>, T> work, bool lines = false)
    {
        if (lines)
        {
            return WithLines(task, work);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                var bar = context.AddTask(task, maxValue: 1);
                var result = work(done => bar.Value = done);
                bar.Value = 1;
                return result;
            });
    }

    /// <summary>As <see cref="WithProgress{T}"/>, for work of several stages that it names itself.</summary>
    public static T WithStages<T>(Func<Action<string, double>, T> work, bool lines = false)
    {
        if (lines)
        {
            var (stage, percent) = ("", -1);
            return work((name, done) =>
            {
                var now = (int)Math.Floor(Math.Clamp(done, 0, 1) * 100);
                if (name != stage || now > percent)
                {
                    (stage, percent) = (name, now);
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"stage":"{{name}}","done":{{now / 100.0}}}"""));
                }
            });
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                var bars = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
                var result = work((name, done) =>
                {
                    if (!bars.TryGetValue(name, out var bar))
                    {
                        bars[name] = bar = context.AddTask(name, maxValue: 1);
                    }

                    bar.Value = done;
                });
                foreach (var bar in bars.Values)
                {
                    bar.Value = 1;
                }

                return result;
            });
    }

    private static T WithLines<T>(string task, Func<Action<double>, T> work)
    {
        var told = -1;
        Tell(0);
        var result = work(Tell);
        Tell(1);
        return result;

        void Tell(double done)
        {
            var percent = (int)Math.Floor(Math.Clamp(done, 0, 1) * 100);
            if (percent > told)
            {
                told = percent;
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"stage":"{{task}}","done":{{percent / 100.0}}}"""));
            }
        }
    }

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
