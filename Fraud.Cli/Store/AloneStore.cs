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

/// <summary>What commands have in common that walk through a whole store, and change it while no service has it.</summary>
internal static class AloneStore
{
    // Who waits sees that it goes on; a small store says nothing.
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    public static void MustExist(StorageOptions options)
    {
        if (options.Kind == StoreKind.Sqlite && !File.Exists(options.SqliteFile))
        {
            throw new CommandException($"{options.SqliteFile}: expected a store; --data or --postgres names another");
        }
    }

    /// <param name="ended">What to say when the command is ended before it is done.</param>
    public static ScanReport Run(Func<ScanReport> work, string ended)
    {
        try
        {
            return work();
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
            throw new CommandException(ended, error);
        }
    }

    public static CardNumberOptions CardNumbers() =>
        StoreArguments.Configuration().GetSection(CardNumberOptions.Section).Get<CardNumberOptions>() ?? new CardNumberOptions();

    public static CardTokenKey Key(CardNumberOptions cards, StorageOptions options) => TokenKeySource.Find(cards, options) ?? throw new CommandException(
        $"{CardNumberOptions.Section}:{nameof(CardNumberOptions.TokenKey)}: expected the key that the service uses, in the environment as "
        + $"{CardNumberOptions.Section}__{nameof(CardNumberOptions.TokenKey)} or in a file that {nameof(CardNumberOptions.TokenKeyFile)} names");

    public static Action<ScanProgress> Progress(TextWriter error)
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
