using Fraud.Stream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.PredictStream;

/// <summary>Registers the way in for payments line by line.</summary>
internal static class PredictStreamExtensions
{
    public static IServiceCollection AddPredictStream(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<PredictStreamOptions>(configuration, PredictStreamOptions.Section);
        services.AddSingleton<LineScorer>();
        services.AddSingleton<PredictStreamEndpoint>();
        services.AddSingleton<IEndpoints>(static provider => provider.GetRequiredService<PredictStreamEndpoint>());
        return services;
    }
}
