using System.Diagnostics;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace Fraud.Http.Tracing;

/// <summary>
/// Which requests have a span, and what it does not say: nothing that the caller wrote, because that may be a card or an
/// id. What is left is method, route, status, scheme and version of the protocol.
/// </summary>
internal static class RequestSpans
{
    // "http.request.method_original" is there when the method is none that HTTP has.
    private static readonly string[] CallersWords =
        ["url.path", "url.query", "user_agent.original", "server.address", "server.port", "http.request.method_original"];

    public static void Configure(AspNetCoreTraceInstrumentationOptions options)
    {
        options.EnrichWithHttpRequest = static (span, _) =>
        {
            foreach (var name in CallersWords)
            {
                span.SetTag(name, null);
            }
        };
        options.EnrichWithHttpResponse = static (span, response) =>
        {
            if (!span.HasRemoteParent && response.HttpContext.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is { Access: Access.Open or Access.Metrics })
            {
                // Load balancers and scrapers ask every second, and their requests tell nothing.
                span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
                span.IsAllDataRequested = false;
            }
        };
    }
}
