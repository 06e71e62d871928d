using Fraud.Http.ApiDocs;
using Fraud.Model.Decoding;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Labels;

/// <summary>Registers the way in for labels.</summary>
internal static class LabelsExtensions
{
    public static IServiceCollection AddLabels(this IServiceCollection services)
    {
        services.AddSingleton<LabelReader>();
        services.AddJson(LabelsJson.Default).AddSingleton<IEndpoints, LabelsEndpoint>();
        return services;
    }
}
