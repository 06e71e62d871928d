using System.Net;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.RateLimits;

/// <summary>Whose rate a request counts against: its key's or its token's subject, when they were proved, or its address.</summary>
/// <remarks>Never what a caller merely says: who could make up a key for each request would have no limit.</remarks>
internal static class ClientKey
{
    [ThreadStatic]
    private static (IPAddress? Address, string Text) last;

    public static string Of(HttpContext context)
    {
        if (Caller.Of(context).RateKey is { } proved)
        {
            return proved;
        }

        // The text of an address is made anew only when another address comes along on this thread.
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (!address.Equals(last.Address))
        {
            last = (address, ClientAddress.Text(address));
        }

        return last.Text;
    }
}
