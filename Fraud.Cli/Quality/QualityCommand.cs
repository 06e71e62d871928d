using System.CommandLine;
using Fraud.Cli.Train;
using Fraud.Model.Training;

namespace Fraud.Cli.Quality;

/// <summary><c>fraud quality</c>: the tables of docs/model-quality.md, ours beside the handbook's and what could be known at most.</summary>
internal static class QualityCommand
{
    // Chapter 5 of the handbook, its best XGBoost over its test weeks.
    private const string Published = "| published by the handbook | 08-08 to 09-04 | 0.69 ± 0.01 | 0.30 | | | | | | |";

    public static Command Create()
    {
        var data = TrainCommand.DataOption();
        var setting = new Option<string>("--setting")
        {
            Description = "weeks: the handbook's test weeks, a week of training each; long: twelve weeks of training, the last two of the file as test",
            DefaultValueFactory = static _ => "weeks",
        };
        setting.AcceptOnlyFromAmong("weeks", "long");
        var features = new Option<string>("--features")
        {
            Description = "handbook: its fifteen; all: everything the profile computes; both: one after the other; none: the bound alone",
            DefaultValueFactory = static _ => "both",
        };
        features.AcceptOnlyFromAmong("handbook", "all", "both", "none");
        var trainer = new TrainerArguments();
        var json = ReportPrinter.JsonOption();
        var command = new Command("quality", "Train and test over folds, by the handbook's protocol") { data, setting, features, json };
        trainer.AddTreesTo(command);
        command.SetAction(arguments =>
        {
            var options = trainer.Read(arguments, new TrainingOptions());
            var isLong = arguments.GetValue(setting) == "long";
            IReadOnlyList<TrainingOptions> folds = isLong
                ? [QualityProtocol.TwelveWeeks(options)]
                : QualityProtocol.HandbookWeeks(options);
            var run = TrainProgress.Show(
                "replaying history", update => new QualityRun(arguments.GetValue(data)!, folds, update));
            string[] asked = arguments.GetValue(features) switch
            {
                "both" => ["handbook", "all"],
                "none" => [],
                var one => [one!],
            };
            var sets = asked
                .Select(set => (set, TrainProgress.Show(
                    $"training on {set}", update => run.Train(TrainerArguments.FeaturesOf(set), update))))
                .Append(("oracle bound", run.Oracle()))
                .ToList();
            if (arguments.GetValue(json))
            {
                QualityTable.PrintJson(Console.Out, sets);
            }
            else
            {
                QualityTable.Print(Console.Out, sets, isLong ? null : Published);
            }
        });
        return command;
    }
}
