using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Fraud.Http;
using Microsoft.AspNetCore.Http;

namespace Fraud.Cli.Doctor;

/// <summary>Whether the service could listen where it is told to.</summary>
internal static class PortCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<Finding>> Run(HttpOptions http, CancellationToken stopping)
    {
        var findings = new List<Finding>();
        foreach (var url in http.Addresses())
        {
            findings.Add(await Look($"address {url}", url, HttpVersion.Version11, "another --urls", stopping));
        }

        foreach (var url in http.GrpcAddresses())
        {
            findings.Add(await Look($"address {url}", url, HttpVersion.Version20, "another Http:GrpcUrls", stopping));
        }

        foreach (var url in http.MetricsAddresses())
        {
            findings.Add(await Look($"address {url}", url, HttpVersion.Version11, "another Http:MetricsUrls", stopping));
        }

        return findings;
    }

    private static async Task<Finding> Look(string check, string url, Version speaks, string other, CancellationToken stopping)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return Finding.Fail(check, "is no address", "expected http://HOST:PORT");
        }

        if (address.Port == 0)
        {
            return Finding.Ok(check, "any free port");
        }

        // A name that is no address of this machine's stands for all of them, as it does for Kestrel.
        var ip = address.Host == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(address.Host.Trim('[', ']'), out var parsed) ? parsed
            : IPAddress.Any;
        try
        {
            using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            // As Kestrel does: connections of a service that just ended do not hold the port.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(ip, address.Port));
            socket.Listen(1);
            return Finding.Ok(check, "free");
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return await IsService(address, ip, speaks, stopping)
                ? Finding.Ok(check, "a service of this kind runs there already")
                : Finding.Fail(check, "another program listens there", $"end that one, or choose {other}");
        }
        catch (SocketException error)
        {
            return Finding.Fail(
                check, $"cannot be listened on: {error.SocketErrorCode}",
                error.SocketErrorCode == SocketError.AccessDenied
                    ? $"ports below 1024 need the right to bind them (CAP_NET_BIND_SERVICE): choose {other}"
                    : $"it must be an address of this machine: choose {other}");
        }
    }

    private static async Task<bool> IsService(BindingAddress address, IPAddress ip, Version speaks, CancellationToken stopping)
    {
        var host = ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any) ? "127.0.0.1" : ip.ToString();
        try
        {
            using var client = new HttpClient
            {
                Timeout = Timeout,
                DefaultRequestVersion = speaks,
                DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            var health = await client.GetStringAsync(
                new UriBuilder(address.Scheme, host, address.Port, "/health").Uri, stopping);
            using var json = JsonDocument.Parse(health);
            return json.RootElement.TryGetProperty("service", out var service) && service.ValueEquals("fraud-detection-api");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or InvalidOperationException
            || (error is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            return false;
        }
    }
}
