using System.CommandLine;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Model.CardNumbers;
using Fraud.Stream.CardNumbers.Scan;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Store;

/// <summary><c>fraud store scan</c>: finds card numbers in a store from before they were kept out, and replaces them.</summary>
internal static class ScanCommand
{
    private const int SomeFound = 1;

    public static Command Create()
    {
        var json = Options.Json();
        var mend = Options.Flag(
            "--mend", "replace them: identifiers by the tokens that the service makes, texts by asterisks. Stop all services first");
        var store = new StoreArguments();
        var command = new Command(
            "scan", "Look for card numbers in every column of text or bytes. Exits with 0 when there is none, with 1 when there are some, with 2 for usage.")
        {
            mend, json,
        };
        store.AddTo(command);
        command.SetAction((arguments, stop) =>
        {
            var options = store.Options(arguments);
            AloneStore.MustExist(options);
            var isMend = arguments.GetValue(mend);
            var progress = AloneStore.Progress(arguments.InvocationConfiguration.Error);
            var report = isMend
                ? AloneStore.Run(
                    () => StoreScan.Mend(options, Key(options), TimeProvider.System.GetUtcNow(), progress, stop), "ended before all was replaced; run it again for the rest")
                : AloneStore.Run(() => StoreScan.Look(options, progress, stop), "ended before all was read");
            arguments.InvocationConfiguration.Output.WriteLine(arguments.GetValue(json) ? ScanText.Json(report, isMend) : ScanText.Lines(report, isMend));
            return Task.FromResult((isMend ? report.NotReplaced : report.Found) == 0 ? 0 : SomeFound);
        });
        return command;
    }

    private static CardTokenKey Key(StorageOptions options)
    {
        var cards = AloneStore.CardNumbers();
        return CardNumberPolicy.Allow is var allow && (cards.CardIds == allow || cards.OtherIds == allow || cards.Texts == allow)
            ? throw new CommandException(
                $"{CardNumberOptions.Section}: expected no {allow}: the service would let in again what is replaced here, and would not know repeats")
            : AloneStore.Key(cards, options);
    }
}
