using Fraud.Stream;
using Fraud.Stream.Cluster;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Routing;

/// <summary>Registers what sends payments to other nodes and takes theirs.</summary>
internal static class RoutingExtensions
{
    public static IServiceCollection AddRouting(
        this IServiceCollection services, IConfiguration configuration, PeerListener peers, ClusterOptions cluster)
    {
        services.AddSettings<RoutingOptions>(configuration, RoutingOptions.Section);
        // By a factory, so that it is disposed of with the others.
        services.AddSingleton(_ => peers);
        services.AddSingleton(NodeIdentity.Of(cluster) with { Address = peers.Address });
        services.AddSingleton<RoutingMetrics>();
        services.AddSingleton<RemoteNodes>();
        services.AddSingleton<PaymentRouter>();
        services.AddSingleton<PeerGuard>();
        services.AddSingleton<IEndpoints, ForwardEndpoint>();
        return services;
    }
}
