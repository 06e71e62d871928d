using Fraud.Http.ApiDocs;
using Fraud.Stream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Cases;

/// <summary>Registers flagged payments and what people decide about them.</summary>
internal static class CasesExtensions
{
    public static IServiceCollection AddCases(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<CasesOptions>(configuration, CasesOptions.Section);
        services.AddSingleton<CaseReads>();
        services.AddSingleton<AnomalyQuery>();
        services.AddJson(CasesJson.Default).AddSingleton<IEndpoints, AnomaliesEndpoint>();
        services.AddSingleton<IEndpoints, CaseUpdateEndpoint>();
        return services;
    }
}
