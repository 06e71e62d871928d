using System.CommandLine;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Stream.Shadow;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Shadow;

/// <summary><c>fraud shadow</c>: how models that are compared did. Works on the store, so it needs no service that runs.</summary>
public static class ShadowCommand
{
    public static Command Create() => new("shadow", "Compare shadows and challengers with the model in service.") { Report() };

    private static Command Report()
    {
        var since = Options.Moment("--since", "only what was scored from here on", null);
        var settled = Options.Whole("--settled-days", "payments scored so many days ago without a label count as legitimate", null, 0, 3_650);
        var json = Options.Json();
        var store = new StoreArguments();
        var command = new Command("report", "Scores, disagreement, and precision and recall by the labels there are.") { since, settled, json };
        store.AddTo(command);
        command.SetAction(async (arguments, _) =>
        {
            using var opened = store.Open(arguments, mayMake: false);
            ComparisonReport report;
            try
            {
                report = ComparisonReport.Read(
                    new ShadowQueries(opened.Database),
                    TimeProvider.System.GetUtcNow(),
                    arguments.GetResult(since) is null ? null : arguments.GetValue(since),
                    arguments.GetResult(settled) is null ? null : TimeSpan.FromDays(arguments.GetValue(settled)));
            }
            catch (StoreUnavailableException error)
            {
                throw new CommandException($"expected a store that answers in time ({error.Message}); --since asks for less", error);
            }

            await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(json)
                ? JsonSerializer.Serialize(report, ComparisonReport.Json)
                : ComparisonText.Of(report));
        });
        return command;
    }
}
