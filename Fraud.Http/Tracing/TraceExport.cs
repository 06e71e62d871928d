using System.Diagnostics.Metrics;
using System.Reflection;
using Fraud.Stream.Cluster;
using Fraud.Stream.Telemetry;
using Fraud.Stream.Tracing;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Fraud.Http.Tracing;

/// <summary>Takes the spans of requests and payments and sends them over OTLP. Does nothing without an endpoint.</summary>
internal sealed class TraceExport : IDisposable
{
    // What the framework's requests come from.
    private const string RequestSource = "Microsoft.AspNetCore";

    private readonly TracerProvider? _provider;
    private readonly SpanExporter? _exporter;
    private readonly SpanQueue? _queue;

    public TraceExport(TracingOptions options, NodeIdentity self, StreamMetrics metrics, ILogger<SpanExporter> log)
    {
        metrics.ObserveTotals("fraud_trace_spans", "Spans, by what became of them.", Outcomes);
        if (!options.IsOn)
        {
            return;
        }

        // The framework's own tags contain the path, and that may contain ids; RequestSpan writes the route.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", true);
        _exporter = new SpanExporter(
            new OtlpExporterOptions
            {
                Endpoint = options.ToAddress(),
                Protocol = options.Protocol == TraceProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
                Headers = options.Headers,
                TimeoutMilliseconds = (int)options.ExportTimeout.TotalMilliseconds,
            },
            log);
        _queue = new SpanQueue(_exporter, options);
        _provider = Sdk.CreateTracerProviderBuilder()
            // With what OTEL_RESOURCE_ATTRIBUTES says.
            .SetResourceBuilder(ResourceBuilder.CreateDefault().AddService(
                options.ServiceName,
                serviceVersion: typeof(TraceExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
                serviceInstanceId: self.Name))
            .AddSource(PaymentTracer.SourceName)
            .AddSource(RequestSource)
            .SetSampler(new TraceSampler(options))
            .AddProcessor(_queue)
            .Build();
    }

    public bool IsOn => _provider is not null;

    /// <summary>Sends what waits, for five seconds at most.</summary>
    public void Dispose()
    {
        _provider?.Dispose();
        // The provider has done so already, which may be done twice.
        _queue?.Dispose();
        _exporter?.Dispose();
    }

    private Measurement<long>[] Outcomes() =>
    [
        new(_exporter?.Exported ?? 0, new KeyValuePair<string, object?>("outcome", "sent")),
        new(_exporter?.Failed ?? 0, new KeyValuePair<string, object?>("outcome", "refused")),
        new(_queue?.Dropped ?? 0, new KeyValuePair<string, object?>("outcome", "dropped")),
    ];
}
