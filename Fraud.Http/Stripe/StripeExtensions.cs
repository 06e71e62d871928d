using Fraud.Http.ApiDocs;
using Fraud.Stream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Stripe;

/// <summary>Registers the way in for Stripe's events.</summary>
internal static class StripeExtensions
{
    public static IServiceCollection AddStripe(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<StripeOptions>(configuration, StripeOptions.Section);
        services.PostConfigure<StripeOptions>(options =>
        {
            if (options.WebhookSecrets.Length == 0)
            {
                options.WebhookSecrets = configuration[StripeOptions.Alias] ?? "";
            }
        });
        services.AddSingleton<StripeSignature>();
        services.AddSingleton<KnownPayments>();
        services.AddSingleton<StripePayments>();
        services.AddSingleton<StripeVerdicts>();
        services.AddSingleton<StripeLabels>();
        services.AddSingleton<StripeMetrics>();
        services.AddJson(StripeJson.Default).AddSingleton<IEndpoints, StripeEndpoint>();
        return services;
    }
}
