using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Telemetry;

/// <summary>Registers the metrics and their address.</summary>
internal static class TelemetryExtensions
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<HttpMetrics>();
        services.AddSingleton<IEndpoints, MetricsEndpoint>();
        return services;
    }
}
