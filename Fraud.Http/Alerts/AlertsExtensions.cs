using Fraud.Stream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Alerts;

/// <summary>Registers the live stream of alerts.</summary>
internal static class AlertsExtensions
{
    public static IServiceCollection AddAlertStream(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<AlertStreamOptions>(configuration, AlertStreamOptions.Section);
        services.AddSingleton<AlertFeed>();
        services.AddHostedService(static provider => provider.GetRequiredService<AlertFeed>());
        services.AddSingleton<IEndpoints, AlertStreamEndpoint>();
        return services;
    }
}
