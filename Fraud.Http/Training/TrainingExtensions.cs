using Fraud.Stream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Training;

/// <summary>Registers training over HTTP.</summary>
internal static class TrainingExtensions
{
    public static IServiceCollection AddTraining(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<TrainingSettings>(configuration, TrainingSettings.Section);
        services.AddSingleton<JobFiles>();
        services.AddSingleton<StagedVersions>();
        services.AddSingleton<TrainingJobs>();
        services.AddHostedService(static provider => provider.GetRequiredService<TrainingJobs>());
        services.AddSingleton<IEndpoints, TrainEndpoints>();
        return services;
    }
}
