using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Store;

/// <summary><c>fraud store</c>: makes the tables, and says what is in them. Needs no service that runs.</summary>
public static class StoreCommand
{
    public static Command Create() => new(
        "store", "Make the store's tables, count what is in them and what is over age, try rows again that the database refused, look for card numbers, erase a card, or move it to PostgreSQL.")
    {
        Init(), Status(), RetentionCommand.Create(), RefusedCommand.Create(), ScanCommand.Create(), PurgeCommand.Create(), CopyCommand.Create(),
    };

    private static Command Init() => Make(
        "init", "Make or upgrade the tables and partitions, as 'fraud serve' does at its start. Safe on a store in use.", mayMake: true);

    private static Command Status() => Make("status", "Count results, alerts, labels, and pages whose alerts still have to leave.", mayMake: false);

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
            var sent = opened.Positions.Read(JournalReaders.Alerts);
            var behind = opened.ReadHeads().Sum(head => head.Sequence - sent.GetValueOrDefault(head.Shard));
            arguments.InvocationConfiguration.Output.WriteLine(
                arguments.GetValue(json) ? Json(opened.Kind, counts, behind) : Text(opened.Kind, counts, behind));
            return Task.FromResult(0);
        });
        return command;
    }

    private static string Json(string kind, StoreCounts counts, long behind) => JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["store"] = kind,
        ["results"] = counts.Results,
        ["alerts"] = counts.Alerts,
        ["alerts_behind_pages"] = behind,
        ["labels"] = counts.Labels,
    });

    private static string Text(string kind, StoreCounts counts, long behind) => string.Create(
        CultureInfo.InvariantCulture,
        $"{kind}: ready; {counts.Results:N0} results, {counts.Alerts:N0} alerts, {behind:N0} pages whose alerts have not left, {counts.Labels:N0} labels");
}
