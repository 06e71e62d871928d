using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Fraud.Http.Tracing;

/// <summary>Sends spans to the collector, counts them, and says in the log when the collector goes and when it is back.</summary>
/// <remarks>Called by one thread; counts may be read by any.</remarks>
internal sealed partial class SpanExporter(OtlpExporterOptions options, ILogger<SpanExporter> log) : OtlpTraceExporter(options)
{
    public const int AwayId = 430;
    public const int BackId = 431;

    private readonly Uri _endpoint = options.Endpoint;
    private long _exported;
    private long _failed;
    private bool _isAway;

    public long Exported => Interlocked.Read(ref _exported);

    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Spans that do not wait any more.</summary>
    public long Taken => Exported + Failed;

    public override ExportResult Export(in Batch<Activity> activityBatch)
    {
        var count = activityBatch.Count;
        var result = base.Export(activityBatch);
        if (result == ExportResult.Success)
        {
            Interlocked.Add(ref _exported, count);
            if (_isAway)
            {
                _isAway = false;
                Back(log, _endpoint);
            }

            return result;
        }

        Interlocked.Add(ref _failed, count);
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
