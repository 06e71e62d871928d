using Fraud.Http.ApiDocs;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Shadow;

/// <summary>Registers the comparison of models.</summary>
internal static class ShadowExtensions
{
    public static IServiceCollection AddComparison(this IServiceCollection services) =>
        services.AddJson(ShadowJson.Default).AddSingleton<IEndpoints, ComparisonEndpoint>();
}
