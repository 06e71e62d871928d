using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Edge;

/// <summary>After a body that was not read to its end, a connection takes no next request.</summary>
internal static class LastRequest
{
    /// <summary>
    /// Of HTTP/1 only: where a next request would begin is not known there, and Kestrel looks for one even on connections
    /// whose caller has gone. In HTTP/2 frames tell, and the other requests of the connection are other callers' affair.
    /// </summary>
    public static void Mark(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }
}
