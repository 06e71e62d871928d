using System.CommandLine;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Cli.Train;
using Fraud.Model.Evaluation;
using Fraud.Model.History;
using Fraud.Model.Scoring;
using Fraud.Model.Training;
using Fraud.Stream.History;
using Fraud.Stream.Retraining;

namespace Fraud.Cli.Backtest;

/// <summary><c>fraud backtest</c>: what another model, other thresholds or another policy would have changed.</summary>
internal static class BacktestCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var usual = new RetrainingOptions();
        var model = new Option<DirectoryInfo>("--model") { Description = "folder of a version to score with (default: the stored scores)", HelpName = "DIR" }.AcceptExistingOnly();
        var before = new Option<DirectoryInfo>("--before") { Description = "with --data: the version that decides now", HelpName = "DIR" }.AcceptExistingOnly();
        var file = new Option<FileInfo>("--data") { Description = "handbook_transactions.csv or .csv.gz instead of a store", HelpName = "FILE" }.AcceptExistingOnly();
        var review = Options.Number("--review", "score from which on payments are reviewed (default: the model's)", null, 0, 1);
        var block = Options.Number("--block", "score from which on payments are blocked (default: the model's)", null, 0, 1);
        var policy = Options.Word("--policy", "threshold, or cost: what is expected to cost least", "threshold", "threshold", "cost");
        var reviewCost = Options.Number("--review-cost", "what a review costs", usual.ReviewCost, 0, 1e9);
        var blockCost = Options.Number("--false-block-cost", "what blocking a genuine payment costs", usual.FalseBlockCost, 0, 1e9);
        var from = new Option<DateOnly?>("--from") { Description = "first day, such as 2018-08-08 (default: the store's first)", HelpName = "DATE" };
        var to = new Option<DateOnly?>("--to") { Description = "last day (default: the last whose labels are known)", HelpName = "DATE" };
        var delay = Options.Whole("--delay-days", "days until frauds are known", 7, 0, 365);
        var json = Options.Json();
        var store = new StoreArguments("--store");
        var command = new Command("backtest", "Decide stored payments again, and print what would have changed.")
        {
            model, before, file, review, block, policy, reviewCost, blockCost, from, to, delay, json,
        };
        store.AddTo(command);
        command.SetAction(async (arguments, stopping) =>
        {
            using var loaded = arguments.GetValue(model) is { } folder ? OnnxModel.Load(folder.FullName) : null;
            var costs = new DecisionCosts(arguments.GetValue(reviewCost), arguments.GetValue(blockCost));
            var given = new BacktestPolicy(Given(review), Given(block), arguments.GetValue(policy) == "cost" ? costs : null);
            var days = new BacktestDays(arguments.GetValue(from), arguments.GetValue(to), TimeSpan.FromDays(arguments.GetValue(delay)));
            BacktestReport report;
            if (arguments.GetValue(file) is { } history)
            {
                if (loaded is null || arguments.GetValue(before) is not { } now)
                {
                    throw new UsageException("--data: expected --model and --before as well: a file has no stored decisions");
                }

                using var champion = OnnxModel.Load(now.FullName);
                report = HandbookBacktest.Run(history.FullName, champion, loaded, given, days, costs, stopping);
            }
            else
            {
                using var opened = store.Open(arguments, mayMake: false);
                report = StoreBacktest.Run(new ComputedHistory(opened, StoreArguments.Profile()), loaded, given, days, costs, TimeProvider.System, stopping);
            }

            await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(json)
                ? JsonSerializer.Serialize(report, Indented)
                : BacktestTable.Of(report));

            double? Given(Option<double> option) => arguments.GetResult(option) is null ? null : arguments.GetValue(option);
        });
        return command;
    }
}
