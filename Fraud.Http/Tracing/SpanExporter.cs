using System.Diagnostics;
using Fraud.Http.Telemetry;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Fraud.Http.Tracing;

/// <summary>
/// The library's exporter, which tells no one what became of the spans: counts them, and says in the log when the
/// collector goes and when it is back.
/// </summary>
/// <remarks>Called by one thread.</remarks>
internal sealed partial class SpanExporter(OtlpExporterOptions options, SpanCounts counts, ILogger<SpanExporter> log) : OtlpTraceExporter(options)
{
    public const int AwayId = 430;
    public const int BackId = 431;

    private readonly Uri _endpoint = options.Endpoint;
    private bool _isAway;

    public override ExportResult Export(in Batch<Activity> activityBatch)
    {
        var count = activityBatch.Count;
        var result = base.Export(activityBatch);
        if (result == ExportResult.Success)
        {
            counts.Sent(count);
            if (_isAway)
            {
                _isAway = false;
                Back(log, _endpoint);
            }

            return result;
        }

        counts.Refused(count);
        if (!_isAway)
        {
            _isAway = true;
            Away(log, _endpoint, count);
        }

        return result;
    }

    [LoggerMessage(AwayId, LogLevel.Warning, "Traces: {Endpoint} did not take {Count} spans; they are lost, and so are those that follow until it answers. Payments are not held up")]
    private static partial void Away(ILogger log, Uri endpoint, long count);

    [LoggerMessage(BackId, LogLevel.Information, "Traces: {Endpoint} takes spans again")]
    private static partial void Back(ILogger log, Uri endpoint);
}
