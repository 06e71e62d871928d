using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>Where the service listens, and who can reach it there.</summary>
/// <param name="urls">All its addresses.</param>
/// <param name="origin">What named them, such as "environment API_HOST, an alias"; null: nothing, so they are the default.</param>
internal sealed class FrontDoor(IReadOnlyList<string> urls, string? origin = null)
{
    private static readonly SearchValues<char> AddressSigns = SearchValues.Create("0123456789.");

    /// <summary>What to change where nothing keeps others out.</summary>
    public string Remedy =>
        "Http:Urls, Http:GrpcUrls: expected loopback addresses only, such as http://127.0.0.1:8000, because nothing keeps others out. To listen "
        + "elsewhere make a key with 'fraud keys create', set Security:AdminKey or Security:Jwt, or set Security:RequireCredentials to true and "
        + "make a key later; or set Security:AllowAnonymous to true, and everyone who reaches the port may do everything"
        + (origin is null ? "" : $" ({origin})");

    public bool IsLoopbackOnly => urls.All(IsLoopback);

    /// <summary>
    /// Whether the caller is on this machine and speaks for itself: a proxy here serves callers from elsewhere, and a
    /// web page from elsewhere that has its own name resolved to loopback (DNS rebinding) asks for that name.
    /// </summary>
    public static bool IsLocal(HttpContext context)
    {
        var headers = context.Request.Headers;
        // Without an address it is a Unix socket.
        return (context.Connection.RemoteIpAddress is not { } remote || IPAddress.IsLoopback(remote))
            && !headers.ContainsKey("X-Forwarded-For") && !headers.ContainsKey("Forwarded")
            && IsLocalName(context.Request.Host.Value);
    }

    /// <summary>Localhost or an address, with or without port; no name that somebody may have given to this machine.</summary>
    public static bool IsLocalName(string? host)
    {
        var name = host.AsSpan();
        if (name.IsEmpty || name[0] == '[')
        {
            return true;
        }

        var colon = name.IndexOf(':');
        name = colon < 0 ? name : name[..colon];
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || !name.ContainsAnyExcept(AddressSigns);
    }

    public static bool IsLoopback(string url)
    {
        var address = BindingAddress.Parse(url);
        return address.IsUnixPipe
            || address.IsNamedPipe
            || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
