using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fraud.Stream.Cluster;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fraud.Http.Routing;

/// <summary>
/// Where other nodes come in: a port that speaks HTTP/2 without TLS from the first byte, which a port for
/// HTTP/1.1 as well cannot. It is taken before anything starts, because the graph publishes its number before
/// Kestrel listens.
/// </summary>
internal sealed class PeerListener : IDisposable
{
    private readonly Socket _socket;

    /// <param name="options">Where to listen.</param>
    /// <param name="frontDoor">Addresses of the front door, which is on other ports.</param>
    /// <exception cref="OptionsValidationException">The address is none, or its port is the front door's.</exception>
    public PeerListener(ClusterOptions options, IEnumerable<string> frontDoor)
    {
        var (wanted, host) = Parse(options.ListenUrl);
        if (options.Address.Length > 0 && !IsNodeAddress(options.Address))
        {
            throw Wrong("Cluster:Address: expected http://HOST:PORT");
        }

        if (wanted.Port != 0 && frontDoor.Any(url => BindingAddress.Parse(url).Port == wanted.Port))
        {
            throw Wrong("Cluster:ListenUrl: expected another port than those of Http:Urls");
        }

        _socket = SocketTransportOptions.CreateDefaultBoundListenSocket(wanted);
        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        Address = options.Address.Length > 0
            ? options.Address.TrimEnd('/')
            : string.Create(CultureInfo.InvariantCulture, $"http://{host ?? Bracketed(EndPoint.Address)}:{EndPoint.Port}");
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>What other nodes are told.</summary>
    public string Address { get; }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://{Bracketed(EndPoint.Address)}:{EndPoint.Port}");

    /// <summary>Whether a node may be connected to there.</summary>
    public static bool IsNodeAddress(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp;

    public void ListenIn(IWebHostBuilder host)
    {
        host.ConfigureServices(services => services.Configure<SocketTransportOptions>(transport =>
            transport.CreateBoundListenSocket = endpoint => endpoint is IPEndPoint { Port: var port } && port == EndPoint.Port
                ? _socket
                : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint)));
        host.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            if (endpoint.IPEndPoint?.Port == EndPoint.Port)
            {
                endpoint.Protocols = HttpProtocols.Http2;
            }
        }));
    }

    public void Dispose() => _socket.Dispose();

    private static (IPEndPoint EndPoint, string? Host) Parse(string url)
    {
        if (url.Length == 0)
        {
            return (new IPEndPoint(IPAddress.Loopback, 0), null);
        }

        const string scheme = "http://";
        var rest = url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? url[scheme.Length..].TrimEnd('/') : "";
        if (rest.StartsWith("*:", StringComparison.Ordinal) && ushort.TryParse(rest.AsSpan(2), CultureInfo.InvariantCulture, out var port))
        {
            return (new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port), Dns.GetHostName());
        }

        if (IPEndPoint.TryParse(rest, out var endpoint) && rest.EndsWith(
            string.Create(CultureInfo.InvariantCulture, $":{endpoint.Port}"), StringComparison.Ordinal))
        {
            var isAny = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any);
            return (endpoint, isAny ? Dns.GetHostName() : null);
        }

        throw Wrong("Cluster:ListenUrl: expected http://ADDRESS:PORT with an IP address or '*'");
    }

    private static OptionsValidationException Wrong(string failure) => new(ClusterOptions.Section, typeof(ClusterOptions), [failure]);

    private static string Bracketed(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
