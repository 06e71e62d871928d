using System.Net;
using Akka.Actor;
using Akka.Management.Cluster.Bootstrap;
using Akka.Management.Dsl;
using Fraud.Stream.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>Starts what finds the cluster of a pod: the address at which it is asked, and the search for the others.</summary>
internal static class KubernetesBootstrap
{
    /// <exception cref="IOException">The port cannot be listened at.</exception>
    public static async Task Start(ActorSystem system, ClusterOptions cluster, KubernetesOptions kubernetes)
    {
        var address = IPAddress.Parse(cluster.ReachedAt);
        await BootstrapEndpoint.Listen(system, address, kubernetes.ManagementPort);
        var bootstrap = ClusterBootstrap.Get(system);
        // What it serves is served by ours. It is asked because it learns its own address by that, without which it does not start.
        var self = new UriBuilder(Uri.UriSchemeHttp, address.ToString(), kubernetes.ManagementPort).Uri;
        _ = bootstrap.Routes(ManagementRouteProviderSettings.Create(self, readOnly: true));
        await bootstrap.Start();
    }
}
