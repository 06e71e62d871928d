using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Models;

/// <summary>Registers what is said of models.</summary>
internal static class ModelsExtensions
{
    public static IServiceCollection AddModelInfo(this IServiceCollection services) =>
        services.AddSingleton<IEndpoints, ModelInfoEndpoint>();
}
