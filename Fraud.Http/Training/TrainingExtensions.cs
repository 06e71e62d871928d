using Fraud.Http.ApiDocs;
using Fraud.Stream;
using Fraud.Stream.Retraining;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Training;

/// <summary>Registers training over HTTP.</summary>
internal static class TrainingExtensions
{
    public static IServiceCollection AddTraining(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddJson(TrainingJson.Default);
        services.AddSettings<TrainingSettings>(configuration, TrainingSettings.Section);
        services.AddSettings<RetrainingOptions>(configuration, RetrainingOptions.Section);
        services.AddSingleton<JobFiles>();
        services.AddSingleton<RetrainingPlanner>();
        services.AddSingleton<Handover>();
        services.AddSingleton<StoreTraining>();
        services.AddHostedService<RetrainingWatch>();
        services.AddSingleton<StagedVersions>();
        services.AddSingleton<TrainingJobs>();
        services.AddHostedService(static provider => provider.GetRequiredService<TrainingJobs>());
        services.AddSingleton<IEndpoints, TrainEndpoints>();
        return services;
    }
}
