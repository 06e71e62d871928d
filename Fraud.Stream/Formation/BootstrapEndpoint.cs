using System.Net;
using Akka.Actor;
using Akka.Cluster;
using Akka.Management.Cluster.Bootstrap.ContactPoint;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json;
using AkkaCluster = Akka.Cluster.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>The one address at which other pods ask this one whether it is in a cluster: <c>GET /bootstrap/seed-nodes</c>.</summary>
/// <remarks>
/// In place of Akka.Management's own server. That is Ceen.Httpd, and the one version of it that can be had (0.9.10) has not the method that
/// Akka.Management 1.5.73 calls. Kestrel serves the same answer, is bounded, and has nothing but this.
/// </remarks>
internal static class BootstrapEndpoint
{
    private const string Path = "/bootstrap/seed-nodes";

    // Akka.Management's number: one of them that answers is enough to join.
    private const int MaxMembers = 5;

    // Each pod that starts holds one. No more pods than that can be required to answer.
    private const int MaxConnections = 100;

    // A probe is given up after three.
    private static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(3);

    /// <summary>Listens until the actor system ends.</summary>
    /// <exception cref="IOException">The port cannot be listened at.</exception>
    public static async Task Listen(ActorSystem system, IPAddress address, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.RequestHeadersTimeout = HeadersWithin;
            kestrel.Listen(address, port);
        });
        var server = builder.Build();
        server.Run(http => Answer(http, system));
        await server.StartAsync();
        _ = StopWith(system, server);
    }

    private static async Task StopWith(ActorSystem system, WebApplication server)
    {
        await system.WhenTerminated;
        await server.DisposeAsync();
    }

    private static async Task Answer(HttpContext http, ActorSystem system)
    {
        if (http.Request.Path != Path || !HttpMethods.IsGet(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(JsonConvert.SerializeObject(SeedNodes(AkkaCluster.Get(system))), http.RequestAborted);
    }

    /// <summary>Members that a node can join; none where this node is not in a cluster, or leaves it.</summary>
    private static HttpBootstrapJsonProtocol.SeedNodes SeedNodes(AkkaCluster cluster)
    {
        var state = cluster.State;
        var isMember = IsThere(cluster.SelfMember.Status);
        return new HttpBootstrapJsonProtocol.SeedNodes(
            cluster.SelfAddress,
            [.. state.Members
                .Where(member => isMember && IsThere(member.Status) && !state.Unreachable.Contains(member))
                .Take(MaxMembers)
                .Select(static member => new HttpBootstrapJsonProtocol.ClusterMember(member.Address, member.UniqueAddress.Uid, member.Status, member.Roles))]);
    }

    private static bool IsThere(MemberStatus status) => status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up;
}
