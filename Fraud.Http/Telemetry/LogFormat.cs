using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Telemetry;

/// <summary>
/// How log lines look: for people one line each, or one JSON object each with every value under its own name and the
/// request's trace. <c>Logging:Console:FormatterName</c> says which: simple (default) or json.
/// </summary>
internal static class LogFormat
{
    public const string Setting = "Logging:Console:FormatterName";

    private const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static void AddTo(ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.ClearProviders();
        if (string.Equals(configuration[Setting], "json", StringComparison.OrdinalIgnoreCase))
        {
            // Trace and span of the request that a line belongs to: the traceId of problem details is the same.
            logging.Configure(static factory =>
                factory.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
            logging.AddJsonConsole(static console =>
            {
                console.IncludeScopes = true;
                console.TimestampFormat = Time;
                console.UseUtcTimestamp = true;
            });
            logging.MaskConsole();
            return;
        }

        logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        });
        logging.MaskConsole();
    }
}
