using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>An address for metrics alone (<c>Http:MetricsUrls</c>), where no key is needed: what a connection there is marked with.</summary>
internal sealed class MetricsDoor
{
    public const string Path = "/metrics";

    private static readonly MetricsDoor Mark = new();

    private MetricsDoor()
    {
    }

    public static void Put(IConnectionBuilder listening) => listening.Use(static next => connection =>
    {
        connection.Features.Set(Mark);
        return next(connection);
    });

    public static bool IsAt(HttpContext context) => context.Features.Get<MetricsDoor>() is not null;

    /// <summary>Whatever else is asked for there is not found.</summary>
    public static void Guard(IApplicationBuilder application) => application.Use(static next => context =>
    {
        if (!IsAt(context) || context.Request.Path == Path)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });
}
