using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Stream.Drift;

/// <summary>Registers what watches payments, scores and decisions.</summary>
internal static class DriftExtensions
{
    public static IServiceCollection AddDrift(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<DriftOptions>(configuration, DriftOptions.Section);
        services.AddSingleton<DriftAlarms>();
        services.AddSingleton<IDriftSignals>(static provider => provider.GetRequiredService<DriftAlarms>());
        services.AddSingleton<HistoryStart>();
        services.AddHostedService(static provider => provider.GetRequiredService<HistoryStart>());
        services.AddSingleton<DriftMonitor>();
        services.AddSingleton<QualityMonitor>();
        services.AddHostedService(static provider => provider.GetRequiredService<QualityMonitor>());
        services.AddSingleton<DriftGauges>();
        return services;
    }
}
