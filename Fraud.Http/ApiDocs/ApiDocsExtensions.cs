using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.ApiDocs;

/// <summary>Registers the OpenAPI document and its page.</summary>
internal static class ApiDocsExtensions
{
    public static IServiceCollection AddApiDocs(this IServiceCollection services) =>
        services.AddSingleton<IEndpoints, ApiDocsEndpoints>();
}
