using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Model.CardNumbers;
using Fraud.Model.Snapshots;
using Fraud.Stream.CardNumbers;
using Fraud.Stream.CardNumbers.Scan;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Configuration;

namespace Fraud.Cli.Store;

/// <summary><c>fraud store scan</c>: finds card numbers in a store from before they were kept out, and replaces them.</summary>
internal static class ScanCommand
{
    private const int SomeFound = 1;

    // Who waits sees that it goes on; a small store says nothing.
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

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
            if (options.Kind == StoreKind.Sqlite && !File.Exists(options.SqliteFile))
            {
                throw new CommandException($"{options.SqliteFile}: expected a store; --data or --postgres names another");
            }

            var isMend = arguments.GetValue(mend);
            var report = Run(options, isMend, Progress(arguments.InvocationConfiguration.Error), stop);
            arguments.InvocationConfiguration.Output.WriteLine(arguments.GetValue(json) ? ScanText.Json(report, isMend) : ScanText.Lines(report, isMend));
            return Task.FromResult((isMend ? report.NotReplaced : report.Found) == 0 ? 0 : SomeFound);
        });
        return command;
    }

    private static ScanReport Run(StorageOptions options, bool isMend, Action<ScanProgress> progress, CancellationToken stop)
    {
        try
        {
            return isMend
                ? StoreScan.Mend(options, Key(options), TimeProvider.System.GetUtcNow(), progress, stop)
                : StoreScan.Look(options, progress, stop);
        }
        catch (StoreInUseException error)
        {
            throw new CommandException($"expected a store that no service uses: {error.Message}", error);
        }
        catch (StoreUnavailableException error)
        {
            throw new CommandException($"expected a store that answers ({error.Message} {error.InnerException?.Message})", error);
        }
        catch (CorruptStateException error)
        {
            throw new CommandException($"expected a store that is whole ({error.Message})", error);
        }
        catch (OperationCanceledException error)
        {
            throw new CommandException(isMend ? "ended before all was replaced; run it again for the rest" : "ended before all was read", error);
        }
    }

    private static CardTokenKey Key(StorageOptions options)
    {
        var cards = StoreArguments.Configuration().GetSection(CardNumberOptions.Section).Get<CardNumberOptions>() ?? new CardNumberOptions();
        if (CardNumberPolicy.Allow is var allow && (cards.CardIds == allow || cards.OtherIds == allow || cards.Texts == allow))
        {
            throw new CommandException(
                $"{CardNumberOptions.Section}: expected no {allow}: the service would let in again what is replaced here, and would not know repeats");
        }

        return TokenKeySource.Find(cards, options) ?? throw new CommandException(
            $"{CardNumberOptions.Section}:{nameof(CardNumberOptions.TokenKey)}: expected the key that the service uses, in the environment as "
            + $"{CardNumberOptions.Section}__{nameof(CardNumberOptions.TokenKey)} or in a file that {nameof(CardNumberOptions.TokenKeyFile)} names");
    }

    private static Action<ScanProgress> Progress(TextWriter error)
    {
        var last = Stopwatch.GetTimestamp();
        return at =>
        {
            if (Stopwatch.GetElapsedTime(last) >= Between)
            {
                last = Stopwatch.GetTimestamp();
                error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{at.Table}: {at.Rows:N0} rows"));
            }
        };
    }
}
