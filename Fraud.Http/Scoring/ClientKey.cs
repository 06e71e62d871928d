using System.Net;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Scoring;

/// <summary>Whose rate a request counts against: its API key, or its address.</summary>
internal static class ClientKey
{
    [ThreadStatic]
    private static (IPAddress? Address, string Text) last;

    public static string Of(HttpContext context)
    {
        var key = context.Request.Headers["X-API-Key"];
        if (key.Count > 0 && key[0] is { Length: > 0 and <= 256 } value)
        {
            return value;
        }

        // The text of an address is made anew only when another address comes along on this thread.
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (!address.Equals(last.Address))
        {
            last = (address, address.ToString());
        }

        return last.Text;
    }
}
