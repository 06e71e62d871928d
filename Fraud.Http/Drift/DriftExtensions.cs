using Fraud.Http.ApiDocs;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Drift;

/// <summary>Registers what is said of drift and live quality.</summary>
internal static class DriftExtensions
{
    public static IServiceCollection AddDriftViews(this IServiceCollection services) =>
        services.AddJson(DriftJson.Default).AddSingleton<IEndpoints, DriftEndpoint>();
}
