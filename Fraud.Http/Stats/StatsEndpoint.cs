using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Http.Telemetry;
using Fraud.Stream.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Stats;

/// <summary><c>GET /stats</c>: this node's last thousand payments, its totals and its condition.</summary>
internal sealed class StatsEndpoint(
    StreamMetrics stream, HttpMetrics http, ResourceUsage usage, HealthMonitor monitor, TimeProvider time) : IEndpoints
{
    private readonly long _started = time.GetTimestamp();

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/stats", (RequestDelegate)Handle).Needs(Access.ScoreOrAnalyst).Describe(StatsDescriptions.Stats);

    private Task Handle(HttpContext context) => JsonAnswer.Write(context, this, static (json, self) => self.Write(json));

    private void Write(Utf8JsonWriter json)
    {
        var recent = stream.Recent.Read();
        json.WriteStartObject();
        json.WriteString("timestamp"u8, time.GetUtcNow().UtcDateTime);
        json.WriteNumber("uptime_seconds"u8, Math.Round(time.GetElapsedTime(_started).TotalSeconds, 1));
        json.WriteNumber("total_requests"u8, http.Requests);
        json.WriteNumber("total_errors"u8, http.Errors);
        json.WriteNumber("total_predictions"u8, recent.Predictions);
        json.WriteNumber("fraud_detections"u8, recent.Frauds);
        json.WriteNumber("fraud_rate"u8, recent.FraudRate);
        json.WriteNumber("throughput_per_second"u8, Math.Round(recent.PerSecond, 1));
        json.WriteStartObject("latency_ms"u8);
        Milliseconds(json, "avg"u8, recent.AverageMs);
        Milliseconds(json, "min"u8, recent.MinMs);
        Milliseconds(json, "max"u8, recent.MaxMs);
        Milliseconds(json, "p50"u8, recent.P50Ms);
        Milliseconds(json, "p95"u8, recent.P95Ms);
        Milliseconds(json, "p99"u8, recent.P99Ms);
        json.WriteEndObject();
        json.WriteStartObject("window"u8);
        json.WriteNumber("size"u8, RecentPredictions.Size);
        json.WriteNumber("samples"u8, recent.Samples);
        json.WriteNumber("seconds"u8, Math.Round(recent.Span.TotalSeconds, 1));
        json.WriteEndObject();
        json.WriteNumber("cpu_percent"u8, Math.Round(usage.CpuPercent, 1));
        json.WriteNumber("memory_mb"u8, Math.Round(usage.MemoryMb, 1));
        json.WriteNumber("memory_percent"u8, Math.Round(usage.MemoryPercent, 1));
        json.WriteStartArray("alerts"u8);
        foreach (var excess in monitor.Excesses)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, excess.Name);
            json.WriteNumber("value"u8, Math.Round(excess.Value, 1));
            json.WriteNumber("limit"u8, excess.Limit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Milliseconds(Utf8JsonWriter json, ReadOnlySpan<byte> name, double value) =>
        json.WriteNumber(name, Math.Round(value, 3));
}
