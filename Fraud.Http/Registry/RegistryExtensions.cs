using Fraud.Http.ApiDocs;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Registry;

/// <summary>Registers the part of MLflow's REST that belongs to its model registry.</summary>
internal static class RegistryExtensions
{
    public static IServiceCollection AddRegistry(this IServiceCollection services)
    {
        services.AddJson(RegistryJson.Default);
        services.AddSingleton<MlflowNames>();
        services.AddSingleton<ImportFolder>();
        services.AddSingleton<IEndpoints, ModelVersionsEndpoints>();
        services.AddSingleton<IEndpoints, RegisteredModelsEndpoints>();
        services.AddSingleton<IEndpoints, ArtifactEndpoints>();
        return services;
    }
}
