using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>Where a request came from, as far as it can be told from others.</summary>
internal static class ClientAddress
{
    // One IPv6 address comes with all of its network, and could send each request from another one.
    private const int NetworkBytes = 8;

    public static string Of(HttpContext context) => Text(context.Connection.RemoteIpAddress);

    /// <summary>An IPv4 address, the first 64 bits of an IPv6 address, or "none" of a Unix socket.</summary>
    public static string Text(IPAddress? address)
    {
        if (address is null || address.Equals(IPAddress.None))
        {
            return "none";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
        {
            return address.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[NetworkBytes..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
