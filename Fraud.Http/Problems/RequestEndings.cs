using Fraud.Http.Edge;
using Fraud.Http.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Problems;

/// <summary>
/// Counts every request by its route and what it ended with, measures what callers with payments waited, and ends those that came back without an answer: with a status
/// alone, such as the router's 404 and 405, or because the caller left.
/// </summary>
/// <remarks>
/// One step for three, and in place of <c>UseStatusCodePages</c>, which makes a dictionary of items for each request, answered
/// or not: 600 B a request less (<c>fraud bench http</c>).
/// </remarks>
internal sealed class RequestEndings(HttpMetrics metrics, CallerWaits waits)
{
    /// <summary>Inside the middleware for exceptions, which answers what fails and would log callers that left.</summary>
    public async Task Invoke(HttpContext context, RequestDelegate next)
    {
        var begun = waits.Begin();
        try
        {
            await next(context);
        }
        catch (Exception error) when (LeavingCallers.HasLeft(context, error))
        {
            LeavingCallers.LetGo(context);
        }
        catch (Exception error)
        {
            Count(context, begun, FailedRequests.StatusOf(error));
            throw;
        }

        if (context.Response is { StatusCode: >= 400 and < 600, HasStarted: false, ContentLength: null, ContentType: null or "" })
        {
            HeadRequests.Allow(context.Response);
            await ProblemWriter.Write(context, context.Response.StatusCode);
        }

        Count(context, begun, LeavingCallers.StatusOf(context));
    }

    private void Count(HttpContext context, long begun, int status)
    {
        var route = RouteOf(context);
        metrics.Count(route, status, context.Features.Get<ShedRequest>() is not null);
        waits.End(context, begun, route, status);
    }

    private static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unknown";
}
