using Fraud.Model.CardNumbers;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fraud.Stream.CardNumbers;

/// <summary>Registers what keeps card numbers out: one guard for every entrance.</summary>
internal static class CardNumberExtensions
{
    public static IServiceCollection AddCardNumbers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<CardNumberOptions>(configuration, CardNumberOptions.Section);
        services.AddSingleton<IValidateOptions<CardNumberOptions>, TokenKeyCheck>();
        services.AddSingleton(NewGuard);
        return services;
    }

    private static CardNumberGuard NewGuard(IServiceProvider provider)
    {
        var (options, storage) = (provider.GetRequiredService<CardNumberOptions>(), provider.GetRequiredService<StorageOptions>());
        var hasStore = storage.Kind == StoreKind.Sqlite && File.Exists(storage.SqliteFile);
        var isNew = hasStore && options.UsesTokens && TokenKeySource.Find(options, storage) is null;
        var key = TokenKeySource.Read(options, storage);
        if (isNew)
        {
            CardNumberLog.NewKey(provider.GetRequiredService<ILogger<CardNumberGuard>>(), TokenKeySource.OwnFile(storage)!);
        }

        return new CardNumberGuard(options, key);
    }

    /// <summary>Says with all other mistakes at the start that there is no key, or none that can be read.</summary>
    private sealed class TokenKeyCheck(IOptions<StorageOptions> storage) : IValidateOptions<CardNumberOptions>
    {
        public ValidateOptionsResult Validate(string? name, CardNumberOptions options)
        {
            StorageOptions kept;
            try
            {
                kept = storage.Value;
            }
            catch (OptionsValidationException)
            {
                // It says what is wrong by itself.
                return ValidateOptionsResult.Skip;
            }

            return TokenKeySource.WhyNone(options, kept) is { } why ? ValidateOptionsResult.Fail(why) : ValidateOptionsResult.Success;
        }
    }
}
