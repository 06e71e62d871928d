using Fraud.Cli.Keys;
using Fraud.Model.CardNumbers;
using Fraud.Stream.CardNumbers;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Configuration;

namespace Fraud.Cli.Labels;

/// <summary>What becomes of card numbers in files, by the configuration as 'fraud serve' reads it.</summary>
internal static class CardNumbers
{
    /// <summary>Whether the settings name a key, or a file of one.</summary>
    public static bool HasKey() => Options(StoreArguments.Configuration()) is { TokenKey.Length: > 0 } or { TokenKeyFile.Length: > 0 };

    /// <summary>Without a key on this machine nothing becomes a token, so what would is refused.</summary>
    public static CardNumberGuard OfThisMachine()
    {
        var configuration = StoreArguments.Configuration();
        var options = Options(configuration);
        var storage = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        return new CardNumberGuard(options, TokenKeySource.Find(options, storage));
    }

    private static CardNumberOptions Options(IConfiguration configuration) =>
        configuration.GetSection(CardNumberOptions.Section).Get<CardNumberOptions>() ?? new CardNumberOptions();
}
