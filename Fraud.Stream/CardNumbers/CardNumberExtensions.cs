using Fraud.Model.CardNumbers;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fraud.Stream.CardNumbers;

/// <summary>Registers what keeps card numbers out: one guard for every entrance.</summary>
internal static class CardNumberExtensions
{
    public static IServiceCollection AddCardNumbers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<CardNumberOptions>(configuration, CardNumberOptions.Section);
        services.AddSingleton<IValidateOptions<CardNumberOptions>, TokenKeyCheck>();
        services.AddSingleton(static provider => new CardNumberGuard(
            provider.GetRequiredService<CardNumberOptions>(),
            TokenKeySource.Read(provider.GetRequiredService<CardNumberOptions>(), provider.GetRequiredService<StorageOptions>())));
        return services;
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
