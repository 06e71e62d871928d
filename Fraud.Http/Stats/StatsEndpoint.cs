using Fraud.Http.ApiDocs;
using Fraud.Http.Security;
using Fraud.Http.Telemetry;
using Fraud.Stream.FanOut;
using Fraud.Stream.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Stats;

/// <summary><c>GET /stats</c>: this node's last thousand payments, its totals and its condition.</summary>
internal sealed class StatsEndpoint(
    StreamMetrics stream, HttpMetrics http, ResourceUsage usage, HealthMonitor monitor, JournalFeeds feeds, TimeProvider time) : IEndpoints
{
    private readonly long _started = time.GetTimestamp();

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/stats", Get)
            .Needs(Access.ScoreOrAnalyst).WithName("getStats").Describe(StatsDescriptions.Stats);

    private Ok<StatsReport> Get()
    {
        var recent = stream.Recent.Read();
        return TypedResults.Ok(new StatsReport
        {
            Timestamp = time.GetUtcNow().UtcDateTime,
            UptimeSeconds = Math.Round(time.GetElapsedTime(_started).TotalSeconds, 1),
            TotalRequests = http.Requests,
            TotalErrors = http.Errors,
            TotalPredictions = recent.Predictions,
            FraudDetections = recent.Frauds,
            FraudRate = recent.FraudRate,
            ThroughputPerSecond = Math.Round(recent.PerSecond, 1),
            LatencyMs = new StatsLatency
            {
                Avg = Math.Round(recent.AverageMs, 3),
                Min = Math.Round(recent.MinMs, 3),
                Max = Math.Round(recent.MaxMs, 3),
                P50 = Math.Round(recent.P50Ms, 3),
                P95 = Math.Round(recent.P95Ms, 3),
                P99 = Math.Round(recent.P99Ms, 3),
            },
            Window = new StatsWindow
            {
                Size = RecentPredictions.Size,
                Samples = recent.Samples,
                Seconds = Math.Round(recent.Span.TotalSeconds, 1),
            },
            RowsBehind = new StatsRows
            {
                Payments = feeds.Results.Lag.Payments,
                Seconds = Math.Round(feeds.Results.Lag.Age.TotalSeconds, 3),
                Parked = feeds.Results.Refused.Parked,
            },
            AlertsBehind = new StatsAlertsBehind { Payments = feeds.Alerts.Lag.Payments, Seconds = Math.Round(feeds.Alerts.Lag.Age.TotalSeconds, 3) },
            CpuPercent = Math.Round(usage.CpuPercent, 1),
            MemoryMb = Math.Round(usage.MemoryMb, 1),
            MemoryPercent = Math.Round(usage.MemoryPercent, 1),
            Alerts =
            [
                .. monitor.Excesses.Select(static excess => new StatsAlert
                {
                    Name = excess.Name,
                    Value = Math.Round(excess.Value, 1),
                    Limit = excess.Limit,
                }),
            ],
        });
    }
}
