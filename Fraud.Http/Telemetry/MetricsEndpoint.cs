using System.Diagnostics.Metrics;
using System.Text;
using Fraud.Http.ApiDocs;
using Fraud.Http.RateLimits;
using Fraud.Http.Security;
using Fraud.Http.Stats;
using Fraud.Stream.Formation;
using Fraud.Stream.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Telemetry;

/// <summary><c>GET /metrics</c> in Prometheus' text format.</summary>
internal sealed class MetricsEndpoint : IEndpoints, IDisposable
{
    // Scrapes wait for each other: the exporter holds one text.
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly PullExporter _exporter;
    private readonly CompatibleMetrics _compatible;

    /// <param name="gauges">Registers the graph's gauges by being made.</param>
    /// <param name="shards">Registers those of the shards by being made.</param>
    /// <param name="formation">Registers the gauges of the cluster by being made.</param>
    /// <param name="spans">Registers the counts of spans by being made.</param>
    /// <param name="compatible">Further metrics, under other systems' names.</param>
    public MetricsEndpoint(
        StreamGauges gauges, ShardGauges shards, FormationGauges formation, SpanCounts spans, PullExporter exporter, CompatibleMetrics compatible)
    {
        ArgumentNullException.ThrowIfNull(gauges);
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentNullException.ThrowIfNull(formation);
        ArgumentNullException.ThrowIfNull(spans);
        _exporter = exporter;
        _compatible = compatible;
    }

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(MetricsDoor.Path, (RequestDelegate)Handle)
            .Needs(Access.Metrics).Limited(RateClass.Metrics).WithName("getMetrics").Describe(MetricsDescriptions.Metrics);

    public async Task Handle(HttpContext context)
    {
        await _one.WaitAsync(context.RequestAborted);
        var text = new StringBuilder();
        try
        {
            _exporter.Collect!(Timeout.Infinite);
            text.Append(_exporter.Text);
        }
        finally
        {
            _one.Release();
        }

        context.Response.ContentType = PrometheusText.ContentType;
        _compatible.Write(text);
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    public void Dispose() => _one.Dispose();
}
