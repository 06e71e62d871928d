using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Train;
using Fraud.Model.Scoring;
using Fraud.Stream.Drift;

namespace Fraud.Cli.Drift;

/// <summary><c>fraud drift check</c>: history against a model's reference, as the service would have seen it.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var model = DriftCommand.Model();
        var data = TrainCommand.DataOption();
        var from = new Option<DateOnly>("--from") { Description = "first day looked at, such as 2018-08-01; earlier ones fill the histories", Required = true };
        var days = Options.Whole("--days", "days looked at", 30, 1, 10_000);
        var window = Options.Whole("--window", "payments in the sliding window", new DriftOptions().WindowPayments, 500, 10_000_000);
        var json = Options.Json();
        var command = new Command("check", "Hold history against the reference of a model.") { model, data, from, days, window, json };
        command.SetAction((arguments, stopping) =>
        {
            var first = arguments.GetValue(from);
            using var loaded = OnnxModel.Load(arguments.GetValue(model)!.FullName);
            var options = new DriftOptions { WindowPayments = (int)arguments.GetValue(window) };
            var output = arguments.InvocationConfiguration.Output;
            var isJson = arguments.GetValue(json);
            var changes = new List<object>();
            var at = "";
            var worst = new Dictionary<string, ColumnReport>(StringComparer.Ordinal);
            var tracker = new DriftTracker(loaded.Manifest, options, (source, change) =>
            {
                changes.Add(new { day = at, payments = source.Payments, raised = change.IsRaised, subject = change.Subject, measure = change.Measure, value = change.Value, limit = change.Threshold });
                if (!isJson)
                {
                    output.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{at} after {source.Payments} payments: {(change.IsRaised ? "ALARM" : "over")} {change.Subject}: {change.Measure} {change.Value:0.0000} against {change.Threshold:0.0000}"));
                }
            });
            using (var history = new ScoredHistory(loaded))
            {
                history.Run(
                    ScoredHistory.Handbook(arguments.GetValue(data)!.FullName, DriftCommand.Midnight(first.AddDays((int)arguments.GetValue(days)))),
                    DriftCommand.Midnight(first),
                    (row, score, payment) =>
                    {
                        at = DateTimeOffset.FromUnixTimeMilliseconds(payment.EventTimeMs).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                        tracker.Add(row, score, payment);
                        if (tracker.Payments % options.StepPayments() == 0)
                        {
                            Keep(worst, tracker);
                        }
                    },
                    stopping);
            }

            if (isJson)
            {
                output.WriteLine(JsonSerializer.Serialize(new
                {
                    model = tracker.Model,
                    version = tracker.Version,
                    reference = tracker.Reference?.Origin,
                    payments = tracker.Payments,
                    data_drift_score = tracker.DataDriftScore,
                    changes,
                    highest = worst.Values.Select(static column => new
                    {
                        subject = column.Subject,
                        psi = column.Distance.Psi,
                        ks = column.Distance.Ks,
                        js = column.Distance.Js,
                        excluded = column.IsExcluded,
                    }),
                }));
                return Task.CompletedTask;
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{tracker.Model} version {tracker.Version}, reference: {(tracker.Reference is { } note ? $"{note.Origin}, {note.Rows} payments {note.From} to {note.To}" : "none yet")}; {tracker.Payments} payments looked at, {changes.Count} changes of alarms, data_drift_score {tracker.DataDriftScore:0.00}"));
            output.WriteLine("highest of any window:");
            DriftTable.Write(output, worst.Values);
            return Task.CompletedTask;
        });
        return command;
    }

    /// <summary>Of each column the look at which it was nearest to its limit.</summary>
    private static void Keep(Dictionary<string, ColumnReport> worst, DriftTracker tracker)
    {
        foreach (var column in tracker.Columns().Where(static column => !column.IsUnjudged))
        {
            if (!worst.TryGetValue(column.Subject, out var before) || before.Distance.Psi < column.Distance.Psi)
            {
                worst[column.Subject] = column;
            }
        }
    }
}
