using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Store;

/// <summary><c>fraud store</c>: makes the tables, and says what is in them. Needs no service that runs.</summary>
public static class StoreCommand
{
    public static Command Create() => new("store", "Make the store's tables, count what is in them, or look for card numbers.") { Init(), Status(), ScanCommand.Create() };

    private static Command Init() => Make(
        "init", "Make or upgrade the tables and partitions, as 'fraud serve' does at its start. Safe on a store in use.", mayMake: true);

    private static Command Status() => Make("status", "Count results, alerts, labels and what still has to leave.", mayMake: false);

    private static Command Make(string name, string description, bool mayMake)
    {
        var json = Options.Json();
        var store = new StoreArguments();
        var command = new Command(name, description) { json };
        store.AddTo(command);
        command.SetAction((arguments, _) =>
        {
            using var opened = store.Open(arguments, mayMake);
            var counts = opened.Count();
            arguments.InvocationConfiguration.Output.WriteLine(
                arguments.GetValue(json) ? Json(opened.Kind, counts) : Text(opened.Kind, counts));
            return Task.FromResult(0);
        });
        return command;
    }

    private static string Json(string kind, StoreCounts counts) => JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["store"] = kind,
        ["results"] = counts.Results,
        ["alerts"] = counts.Alerts,
        ["outbox_pending"] = counts.OutboxPending,
        ["labels"] = counts.Labels,
    });

    private static string Text(string kind, StoreCounts counts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{kind}: ready; {counts.Results:N0} results, {counts.Alerts:N0} alerts, {counts.OutboxPending:N0} records to send, {counts.Labels:N0} labels");
}
