using Microsoft.Extensions.Logging;

namespace Fraud.Http.Stats;

/// <summary>Log messages about the node's own condition.</summary>
internal static partial class StatsLog
{
    [LoggerMessage(320, LogLevel.Warning, "{Name}: {Value:0.#} is above {Limit:0.#}")]
    public static partial void BeyondLimit(ILogger log, string name, double value, double limit);

    [LoggerMessage(321, LogLevel.Information, "{Name} is over")]
    public static partial void WithinLimit(ILogger log, string name);
}
