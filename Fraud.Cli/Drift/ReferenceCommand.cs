using System.CommandLine;
using System.Globalization;
using Fraud.Cli.Arguments;
using Fraud.Cli.Train;
using Fraud.Model.Drift;
using Fraud.Model.Registry;
using Fraud.Model.Scoring;

namespace Fraud.Cli.Drift;

/// <summary><c>fraud drift reference</c>: gives a model that has none its reference, without training it anew.</summary>
internal static class ReferenceCommand
{
    public static Command Create()
    {
        var model = DriftCommand.Model();
        var data = TrainCommand.DataOption();
        var from = new Option<DateOnly?>("--from") { Description = "first day of the reference (default: the model's first training day)" };
        var days = Options.Whole("--days", "days of the reference (default: up to the model's last training day)", null, 1, 10_000);
        var command = new Command("reference", "Write the distributions of some days into a model's manifest.") { model, data, from, days };
        command.SetAction((arguments, stopping) =>
        {
            var folder = arguments.GetValue(model)!.FullName;
            using var loaded = OnnxModel.Load(folder);
            var training = loaded.Manifest.Training;
            var first = arguments.GetValue(from) ?? Parse(training.TrainFrom);
            var last = arguments.GetResult(days) is null ? Parse(training.TrainTo) : first.AddDays((int)arguments.GetValue(days) - 1);
            var builder = new ReferenceBuilder([.. loaded.Manifest.Inputs.Select(static input => input.Name)]);
            using (var history = new ScoredHistory(loaded))
            {
                history.Run(
                    ScoredHistory.Handbook(arguments.GetValue(data)!.FullName, DriftCommand.Midnight(last.AddDays(1))),
                    DriftCommand.Midnight(first),
                    (row, score, payment) => builder.Add(row, score, payment.EventTimeMs),
                    stopping);
            }

            if (builder.Rows == 0)
            {
                throw new CommandException(string.Create(
                    CultureInfo.InvariantCulture, $"--data: expected payments from {first:yyyy-MM-dd} to {last:yyyy-MM-dd}"));
            }

            var reference = builder.Build();
            (ModelManifest.Read(folder) with { Reference = reference }).Write(folder);
            arguments.InvocationConfiguration.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{loaded.Manifest.Name} version {loaded.Manifest.Version}: reference of {reference.Rows} payments, {reference.From} to {reference.To}"));
            return Task.CompletedTask;
        });
        return command;
    }

    private static DateOnly Parse(string iso) =>
        DateOnly.TryParseExact(iso, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new UsageException("--from: expected a day, because the manifest names no training days");
}
