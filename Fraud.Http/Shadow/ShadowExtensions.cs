using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Shadow;

/// <summary>Registers the comparison of models.</summary>
internal static class ShadowExtensions
{
    public static IServiceCollection AddComparison(this IServiceCollection services) =>
        services.AddSingleton<IEndpoints, ComparisonEndpoint>();
}
