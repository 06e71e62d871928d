using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Retention;

/// <summary>Log messages about what leaves by age.</summary>
internal static partial class RetentionLog
{
    [LoggerMessage(260, LogLevel.Information, "Over age and removed: {Rows} {Kind} from before {Before:O}")]
    public static partial void Removed(ILogger log, long rows, RetainedKind kind, DateTimeOffset before);

    [LoggerMessage(261, LogLevel.Warning, "What is over age was not removed, tried again in {Wait}: {Reason}")]
    public static partial void PutOff(ILogger log, TimeSpan wait, string reason);
}
