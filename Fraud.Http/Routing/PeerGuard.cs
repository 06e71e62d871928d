using System.Net;
using System.Security.Cryptography;
using System.Text;
using Fraud.Http.Problems;
using Fraud.Stream.Cluster;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Routing;

/// <summary>Whether a request comes from a node of this cluster and has come no further than it may.</summary>
internal sealed class PeerGuard(PeerListener listener, NodeIdentity self, ClusterOptions options)
{
    private static readonly Problem Unknown = new(404, "Not found", "No such address; GET / lists what there is.");

    private static readonly Problem NoSecret = new(401, "The secret is missing", $"{RoutingHeaders.Secret}: expected the cluster's secret")
    {
        Field = RoutingHeaders.Secret,
        Expected = "the cluster's secret",
    };

    private static readonly Problem WrongSecret = new(403, "The secret is another", $"{RoutingHeaders.Secret}: expected the cluster's secret")
    {
        Field = RoutingHeaders.Secret,
        Expected = "the cluster's secret",
    };

    private static readonly Problem NotThisMachine = new(
        403, "Nodes of this machine only", "Cluster:Secret is not set: expected a caller on this machine.");

    private static readonly Problem TooManyHops = new(508, "Loop detected", $"{RoutingHeaders.Hops}: expected 1")
    {
        Field = RoutingHeaders.Hops,
        Expected = "1",
    };

    private static readonly Problem FromItself = new(508, "Loop detected", $"{RoutingHeaders.Origin}: expected another node's name")
    {
        Field = RoutingHeaders.Origin,
        Expected = "another node's name",
    };

    // Of equal length whatever is sent, so that comparing tells nothing, the length neither.
    private readonly byte[]? _secret = options.Secret.Length > 0 ? Digest(options.Secret) : null;

    /// <summary>For payments that a node sends on.</summary>
    public Problem? Check(HttpContext context)
    {
        // The front door may be open to everyone; this is for nodes.
        if (context.Connection.LocalPort != listener.EndPoint.Port)
        {
            return Unknown;
        }

        if (CheckNode(context) is { } stranger)
        {
            return stranger;
        }

        var headers = context.Request.Headers;
        return headers[RoutingHeaders.Hops] is not ["1"] ? TooManyHops
            : headers[RoutingHeaders.Origin] is not [{ Length: > 0 } origin] || origin == self.Name ? FromItself
            : null;
    }

    /// <summary>For whatever else nodes ask each other on their own port.</summary>
    public Problem? CheckNode(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (_secret is null)
        {
            if (context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote))
            {
                return NotThisMachine;
            }
        }
        else if (headers[RoutingHeaders.Secret] is not [{ Length: > 0 and <= 1_024 } secret])
        {
            return NoSecret;
        }
        else if (!CryptographicOperations.FixedTimeEquals(Digest(secret), _secret))
        {
            return WrongSecret;
        }

        return null;
    }

    private static byte[] Digest(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
