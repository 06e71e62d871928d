using Fraud.Http.ApiDocs;
using Fraud.Stream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Stats;

/// <summary>Registers what the node says of its last payments and of its own condition.</summary>
internal static class StatsExtensions
{
    public static IServiceCollection AddStats(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<StatsOptions>(configuration, StatsOptions.Section);
        services.AddSingleton<ResourceUsage>();
        services.AddSingleton<HealthMonitor>();
        services.AddHostedService(static provider => provider.GetRequiredService<HealthMonitor>());
        services.AddSingleton<CompatibleMetrics>();
        services.AddJson(StatsJson.Default).AddSingleton<IEndpoints, StatsEndpoint>();
        return services;
    }
}
