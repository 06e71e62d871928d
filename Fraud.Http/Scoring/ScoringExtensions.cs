using Fraud.Http.ApiDocs;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Scoring;

/// <summary>Registers the addresses that answer with scores.</summary>
internal static class ScoringExtensions
{
    public static IServiceCollection AddScoringApi(this IServiceCollection services)
    {
        services.AddSingleton<ReplyPool>();
        services.AddSingleton<BatchReader>();
        services.AddJson(ScoringJson.Default).AddSingleton<IEndpoints, PredictEndpoint>();
        services.AddSingleton<IEndpoints, BatchEndpoint>();
        return services;
    }
}
