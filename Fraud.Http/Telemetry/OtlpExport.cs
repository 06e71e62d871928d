using Fraud.Stream.Tracing;
using OpenTelemetry.Exporter;

namespace Fraud.Http.Telemetry;

/// <summary>Settings as OTLP's exporters take them.</summary>
internal static class OtlpExport
{
    public static OtlpExporterOptions ToSpans(TracingOptions options) =>
        To(options.ToAddress(), options.Protocol, options.Headers, options.ExportTimeout);

    public static OtlpExporterOptions ToMetrics(MetricsExportOptions options) =>
        To(options.ToAddress(), options.Protocol, options.Headers, options.ExportTimeout);

    private static OtlpExporterOptions To(Uri address, OtlpProtocol protocol, string headers, TimeSpan timeout) => new()
    {
        Endpoint = address,
        Protocol = protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        Headers = headers,
        TimeoutMilliseconds = (int)timeout.TotalMilliseconds,
    };
}
