using Fraud.Http.ApiDocs;
using Fraud.Http.Inference.Grpc;
using Fraud.Http.Inference.Rest;
using Fraud.Stream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Inference;

/// <summary>Registers the Open Inference Protocol.</summary>
internal static class InferenceExtensions
{
    public static IServiceCollection AddInference(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddJson(InferenceJson.Default);
        services.AddSettings<InferenceOptions>(configuration, InferenceOptions.Section);
        services.AddSingleton<RepositoryFolder>();
        services.AddSingleton<ModelRepository>();
        services.AddSingleton<InferenceLane>();
        services.AddHostedService(static provider => provider.GetRequiredService<InferenceLane>());
        services.AddSingleton<InferenceRules>();
        services.AddSingleton<InferenceRunner>();
        services.AddSingleton<ModelCatalog>();
        services.AddSingleton<InferenceRequestReader>();
        services.AddSingleton<IEndpoints, ServerEndpoints>();
        services.AddSingleton<IEndpoints, ModelEndpoints>();
        services.AddSingleton<IEndpoints, InferEndpoint>();
        services.AddSingleton<IEndpoints, StatisticsEndpoints>();
        services.AddSingleton<IEndpoints, RepositoryEndpoints>();
        services.AddInferenceGrpc();
        return services;
    }
}
