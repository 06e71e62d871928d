using System.Diagnostics;
using Fraud.Http.Routing;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Tracing;

/// <summary>
/// What the span of a request says: method, route, status. Not the path or the query, which may carry ids. The
/// framework makes the span, from the caller's traceparent, and ends it.
/// </summary>
internal static class RequestSpan
{
    public static async Task Follow(HttpContext context, RequestDelegate next, Activity span)
    {
        if (context.Request.Path == ForwardEndpoint.Path)
        {
            // Between nodes each payment has a trace of its own.
            Forget(span);
        }

        try
        {
            await next(context);
        }
        finally
        {
            Describe(context, span);
        }
    }

    private static void Describe(HttpContext context, Activity span)
    {
        var endpoint = context.GetEndpoint();
        if (!span.HasRemoteParent && endpoint?.Metadata.GetMetadata<AccessRule>() is { Access: Access.Open })
        {
            // Load balancers and scrapers ask every second, and nobody looks at it.
            Forget(span);
        }

        if (!span.Recorded)
        {
            return;
        }

        // Anybody may send anything as a method, and each would be another name.
        var method = context.Request.Method is "GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD" or "OPTIONS"
            ? context.Request.Method
            : "_OTHER";
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText;
        var status = context.Response.StatusCode;
        span.DisplayName = route is null ? method : $"{method} {route}";
        span.SetTag("http.request.method", method).SetTag("http.response.status_code", status).SetTag("url.scheme", context.Request.Scheme);
        if (route is not null)
        {
            span.SetTag("http.route", route);
        }

        if (status >= 500)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static void Forget(Activity span)
    {
        span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        span.IsAllDataRequested = false;
    }
}
