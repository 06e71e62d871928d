using System.Diagnostics.Metrics;
using Fraud.Stream;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Fraud.Http.Telemetry;

/// <summary>Registers the metrics: what is collected, the address that gives it, and the collector that it is pushed to.</summary>
internal static class TelemetryExtensions
{
    // AddAspNetCoreInstrumentation adds these, and a filter in front of every request (110 B; fraud bench http). Also the counts of
    // authentication and authorization, which would be of the few requests alone whose callers are not known yet.
    private static readonly string[] Framework =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Diagnostics"];

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<MetricsExportOptions>(configuration, MetricsExportOptions.Section);
        services.AddSingleton<HttpMetrics>();
        services.AddSingleton<CallerWaits>();
        services.AddSingleton<PullExporter>();
        services.AddSingleton<IEndpoints, MetricsEndpoint>();
        services.AddOpenTelemetry().WithMetrics(static metrics => metrics
            .AddMeter(StreamMetrics.MeterName, HttpMetrics.MeterName)
            .AddMeter(Framework)
            .AddRuntimeInstrumentation()
            .AddNpgsqlInstrumentation()
            .AddReader(static provider => new BaseExportingMetricReader(provider.GetRequiredService<PullExporter>())));
        services.ConfigureOpenTelemetryMeterProvider(Configure);
        return services;
    }

    private static void Configure(IServiceProvider services, MeterProviderBuilder metrics)
    {
        metrics.ConfigureResource(resource => ServiceResource.Describe(resource, services));
        // Meters are found by name in the whole process. Those of another server in it come from another factory; the
        // runtime and Npgsql have one of their own for the process.
        var meters = services.GetRequiredService<IMeterFactory>();
        metrics.AddView(instrument =>
            instrument.Meter.Scope == meters || instrument.Meter.Name is "System.Runtime" or "Npgsql" ? null : MetricStreamConfiguration.Drop);
        if (services.GetRequiredService<MetricsExportOptions>() is { IsOn: true } options)
        {
            metrics.AddReader(new PeriodicExportingMetricReader(
                new OtlpMetricExporter(OtlpExport.ToMetrics(options)), (int)options.Interval.TotalMilliseconds,
                (int)options.ExportTimeout.TotalMilliseconds));
        }
    }
}
