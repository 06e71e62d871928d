using Fraud.Cli.Keys;
using Fraud.Model.CardNumbers;
using Fraud.Stream.CardNumbers;
using Microsoft.Extensions.Configuration;

namespace Fraud.Cli.Labels;

/// <summary>What becomes of card numbers in files, by the configuration as 'fraud serve' reads it.</summary>
internal static class CardNumbers
{
    /// <summary>Whether the settings name a key, or a file of one.</summary>
    public static bool HasKey() => Options(StoreArguments.Configuration()) is { TokenKey.Length: > 0 } or { TokenKeyFile.Length: > 0 };

    /// <summary>
    /// Without a key that the settings name nothing becomes a token, so what would is refused. The file that a service makes beside its
    /// SQLite store is none: the folder that this command runs in may have another service's.
    /// </summary>
    public static CardNumberGuard OfThisMachine()
    {
        var configuration = StoreArguments.Configuration();
        var options = Options(configuration);
        return new CardNumberGuard(options, TokenKeySource.Named(options));
    }

    private static CardNumberOptions Options(IConfiguration configuration) =>
        configuration.GetSection(CardNumberOptions.Section).Get<CardNumberOptions>() ?? new CardNumberOptions();
}
