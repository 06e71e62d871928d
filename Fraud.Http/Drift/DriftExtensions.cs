using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Drift;

/// <summary>Registers what is said of drift and live quality.</summary>
internal static class DriftExtensions
{
    public static IServiceCollection AddDriftViews(this IServiceCollection services) =>
        services.AddSingleton<IEndpoints, DriftEndpoint>();
}
