using System.Text;
using Fraud.Http.ApiDocs;
using Fraud.Http.Security;
using Fraud.Http.Stats;
using Fraud.Stream.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Fraud.Http.Telemetry;

/// <summary><c>GET /metrics</c> in Prometheus' text format.</summary>
internal sealed class MetricsEndpoint : IEndpoints, IDisposable
{
    // Scrapes wait for each other: the exporter holds one text.
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly PullExporter _exporter = new();
    private readonly MeterProvider _provider;
    private readonly CompatibleMetrics _compatible;

    /// <param name="gauges">Registers the graph's gauges by being made.</param>
    /// <param name="compatible">Further ones, under other systems' names.</param>
    public MetricsEndpoint(StreamGauges gauges, CompatibleMetrics compatible)
    {
        _compatible = compatible;
        ArgumentNullException.ThrowIfNull(gauges);
        _provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(StreamMetrics.MeterName)
            .AddMeter(HttpMetrics.MeterName)
            .AddMeter("System.Runtime")
            .AddMeter("Microsoft.AspNetCore.Server.Kestrel")
            .AddReader(new BaseExportingMetricReader(_exporter))
            .Build();
    }

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/metrics", (RequestDelegate)Handle).Needs(Access.Open).Describe(MetricsDescriptions.Metrics);

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

    public void Dispose()
    {
        _provider.Dispose();
        _exporter.Dispose();
        _one.Dispose();
    }
}
