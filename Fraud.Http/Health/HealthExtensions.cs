using Fraud.Http.ApiDocs;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Health;

/// <summary>Registers what says how the service is.</summary>
internal static class HealthExtensions
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddJson(HealthJson.Default);
        services.AddSingleton<EndpointList>();
        services.AddSingleton<IEndpoints, HealthEndpoints>();
        return services;
    }
}
