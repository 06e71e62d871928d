using System.CommandLine;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Stream.Erasure;

namespace Fraud.Cli.Store;

/// <summary><c>fraud store purge --card</c>: erases a card.</summary>
internal static class PurgeCommand
{
    private const int SomeLeft = 1;

    public static Command Create()
    {
        var json = Options.Json();
        var card = new Option<string>("--card")
        {
            Description = "identifier of the card, as it is stored or as it was sent; - reads it from the first line of the input, so that no shell remembers it",
            HelpName = "ID",
            Required = true,
        };
        var store = new StoreArguments();
        var command = new Command(
            "purge",
            "Erase a card: in all places of the store its identifier becomes a random token, and times, amounts and terminals stay. Stop all services first. Not to be undone.")
        {
            card, json,
        };
        store.AddTo(command);
        command.SetAction((arguments, stop) =>
        {
            var options = store.Options(arguments);
            AloneStore.MustExist(options);
            var id = Read(arguments.GetValue(card)!, Console.In);
            var key = AloneStore.Key(AloneStore.CardNumbers(), options);
            var progress = AloneStore.Progress(arguments.InvocationConfiguration.Error);
            var report = AloneStore.Run(
                () => StorePurge.Purge(options, id, key, TimeProvider.System.GetUtcNow(), progress, stop), "ended before all was read; nothing was replaced");
            var isInTexts = StorePurge.SearchesTexts(id);
            arguments.InvocationConfiguration.Output.WriteLine(
                arguments.GetValue(json) ? PurgeText.Json(report, isInTexts) : PurgeText.Lines(report, isInTexts));
            return Task.FromResult(report.NotReplaced == 0 ? 0 : SomeLeft);
        });
        return command;
    }

    /// <exception cref="UsageException">There is none. Says nothing of what was given.</exception>
    internal static string Read(string argument, TextReader input) => (argument == "-" ? input.ReadLine()?.Trim() : argument) is { Length: > 0 } id
        ? id
        : throw new UsageException("--card: expected an identifier");
}
