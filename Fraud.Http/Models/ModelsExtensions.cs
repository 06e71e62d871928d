using Fraud.Http.ApiDocs;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Models;

/// <summary>Registers what is said of the model in service, and the page of all of them.</summary>
internal static class ModelsExtensions
{
    public static IServiceCollection AddModelInfo(this IServiceCollection services) =>
        services.AddJson(ModelsJson.Default).AddSingleton<IEndpoints, ModelInfoEndpoint>().AddSingleton<IEndpoints, ModelsPageEndpoints>();
}
