using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Edge;

/// <summary>
/// HEAD is GET without the body (RFC 9110, 9.3.2), at every address that has a GET: monitors and load balancers ask so.
/// The server keeps the body back by itself.
/// </summary>
internal static class HeadRequests
{
    /// <summary>Around the router, which finds the address of GET; handlers see that it was HEAD.</summary>
    public static void UseRoutingWithHead(this WebApplication application)
    {
        application.Use(static next => context =>
        {
            if (HttpMethods.IsHead(context.Request.Method))
            {
                context.Features.Set(Asked.Mark);
                context.Request.Method = HttpMethods.Get;
            }

            return next(context);
        });
        application.UseRouting();
        application.Use(static next => context =>
        {
            if (context.Features.Get<Asked>() is not null)
            {
                context.Request.Method = HttpMethods.Head;
            }

            return next(context);
        });
    }

    /// <summary>Names HEAD beside GET where the router says what an address takes.</summary>
    public static void Allow(HttpResponse response)
    {
        if (response.StatusCode == StatusCodes.Status405MethodNotAllowed
            && response.Headers.Allow.ToString() is var methods && methods.Contains(HttpMethods.Get, StringComparison.Ordinal))
        {
            response.Headers.Allow = $"{methods}, {HttpMethods.Head}";
        }
    }

    private sealed class Asked
    {
        public static Asked Mark { get; } = new();
    }
}
