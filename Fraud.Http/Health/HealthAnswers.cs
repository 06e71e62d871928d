using Fraud.Http.ApiDocs;
using Fraud.Stream.Lifecycle;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fraud.Http.Health;

/// <summary>What probes are told, in the words of the reference systems.</summary>
internal static class HealthAnswers
{
    /// <summary>Most characters of what a check says of itself.</summary>
    public const int MaxDetailLength = 1_000;

    /// <summary>The process answers, and that is all: a restart would cure nothing that <see cref="Ready"/> looks at.</summary>
    public static HealthCheckOptions Live { get; } = new()
    {
        Predicate = static check => check.Tags.Contains(HealthTags.Live),
        ResponseWriter = static (context, report) => context.Response.WriteAsJsonAsync(
            new Liveness { Status = report.Status == HealthStatus.Unhealthy ? "failed" : "live" }, context.RequestAborted),
    };

    public static HealthCheckOptions Ready { get; } = new()
    {
        Predicate = static check => check.Tags.Contains(HealthTags.Ready),
        ResponseWriter = static (context, report) => context.Response.WriteAsJsonAsync(
            new Readiness
            {
                Status = report.Status == HealthStatus.Unhealthy ? "not ready" : "ready",
                Checks = report.Entries.ToDictionary(static check => check.Key, static check => check.Value.Status == HealthStatus.Unhealthy ? "failed" : "ok"),
                Details = report.Entries.ToDictionary(static check => check.Key, static check => DetailOf(check.Value).Cut(MaxDetailLength)),
            },
            context.RequestAborted),
    };

    /// <summary>Nothing is checked and the status is always 200: for people, and for the references' load balancers.</summary>
    public static HealthCheckOptions Overall(Func<HttpContext, Task> write) => new()
    {
        Predicate = static _ => false,
        ResponseWriter = (context, _) => write(context),
    };

    // Anyone may read it, and the text of an exception that no check expected may hold anything.
    private static string DetailOf(HealthReportEntry entry) => entry.Exception is null or OperationCanceledException
        ? entry.Description ?? ""
        : entry.Exception.GetType().Name;
}
