using Fraud.Http.ApiDocs;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Cluster;

/// <summary>Registers what shows the nodes and their shards.</summary>
internal static class ClusterExtensions
{
    public static IServiceCollection AddClusterViews(this IServiceCollection services)
    {
        services.AddSingleton<OwnView>();
        services.AddSingleton<NodeAsker>();
        services.AddSingleton<ClusterMembers>();
        services.AddHostedService<NodeService>();
        services.AddSingleton<ClusterView>();
        services.AddJson(ClusterJson.Default).AddSingleton<IEndpoints, ClusterEndpoints>();
        return services;
    }
}
