using System.CommandLine;
using Fraud.Model.Features;
using Fraud.Model.Scoring;
using Fraud.Model.Training;

namespace Fraud.Cli.Train;

/// <summary><c>fraud evaluate</c>: scores test days with a saved model, as serving would.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var data = TrainCommand.DataOption();
        data.Description += "; for a model of 30 features creditcard.csv or .csv.gz";
        var model = new Option<DirectoryInfo>("--model") { Description = "Folder of a version, such as models/payments/1", Required = true }
            .AcceptExistingOnly();
        var from = new Option<DateOnly>("--test-from")
        {
            Description = "First test day, such as 2018-08-08",
            DefaultValueFactory = static _ => new TrainingOptions().TestFrom,
        };
        var days = TrainCommand.Number("--test-days", "Days to test on", new TrainingOptions().TestDays);
        var train = TrainCommand.Number("--train-days", "Days the model was trained on, before delay and test; cards defrauded then are left out", new TrainingOptions().TrainDays);
        var keepKnown = new Option<bool>("--keep-known-cards") { Description = "Keep cards in the test that were known to be defrauded" };
        var json = ReportPrinter.JsonOption();
        var command = new Command("evaluate", "Measure a saved model on test days") { data, model, from, days, train, keepKnown, json };
        command.SetAction(result =>
        {
            using var loaded = OnnxModel.Load(result.GetValue(model)!.FullName);
            var manifest = loaded.Manifest;
            if (manifest.TakesPayload)
            {
                EvaluateCards.Run(loaded, result.GetValue(model)!.FullName, result.GetValue(data)!, result.GetValue(json));
                return;
            }

            var delay = manifest.Training.LabelDelayDays;
            var options = new TrainingOptions
            {
                TrainFrom = result.GetValue(from).AddDays(-delay - result.GetValue(train)),
                TrainDays = result.GetValue(train),
                DelayDays = delay,
                TestDays = result.GetValue(days),
                DropKnownCards = !result.GetValue(keepKnown),
                Features = [.. manifest.Inputs.Select(static input => input.Name)],
            };
            var rows = TrainCommand.Replay(result.GetValue(data)!, options, options.TrainFrom);
            var test = HandbookProtocol.Test(
                rows, options, [.. options.Features.Select(FeatureCatalog.IndexOf)]);
            var report = EvaluationReport.Of(
                test, ModelWriter.Score(loaded, test), manifest.Thresholds.Review, manifest.Thresholds.Block);
            ReportPrinter.Print(
                $"{manifest.Name} version {manifest.Version}: tested {options.TestFrom:yyyy-MM-dd} to {options.TestTo:yyyy-MM-dd}",
                report, result.GetValue(json), []);
        });
        return command;
    }
}
