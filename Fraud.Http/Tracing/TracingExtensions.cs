using Fraud.Http.Telemetry;
using Fraud.Stream.Tracing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Trace;

namespace Fraud.Http.Tracing;

/// <summary>Registers what takes the spans of requests, payments and statements, and sends them over OTLP.</summary>
internal static class TracingExtensions
{
    /// <summary>Without an endpoint nothing listens, and nothing is made.</summary>
    public static IServiceCollection AddTracing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<SpanCounts>();
        if (string.IsNullOrEmpty(configuration[$"{TracingOptions.Section}:{nameof(TracingOptions.Endpoint)}"]))
        {
            return services;
        }

        // The framework has read traceparent already. With the default, which looks for baggage too, the instrumentation
        // would read the headers of every request again, sampled or not.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());
        services.AddOpenTelemetry().WithTracing(static tracing => tracing
            .AddSource(PaymentTracer.SourceName)
            .AddAspNetCoreInstrumentation(RequestSpans.Configure)
            .AddNpgsql()
            .SetSampler(static provider => new TraceSampler(provider.GetRequiredService<TracingOptions>()))
            .AddProcessor(Queue));
        services.ConfigureOpenTelemetryTracerProvider(static (provider, tracing) =>
            tracing.ConfigureResource(resource => ServiceResource.Describe(resource, provider)));
        return services;
    }

    // The provider of spans disposes of both, and sends what waits for five seconds at most.
    private static SpanQueue Queue(IServiceProvider services)
    {
        var options = services.GetRequiredService<TracingOptions>();
        var counts = services.GetRequiredService<SpanCounts>();
        return new SpanQueue(
            new SpanExporter(OtlpExport.ToSpans(options), counts, services.GetRequiredService<ILogger<SpanExporter>>()), counts, options);
    }
}
