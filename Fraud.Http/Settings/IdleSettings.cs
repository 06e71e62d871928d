using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Settings;

/// <summary>Says once, at start, which variables of other systems are set and change nothing here, and why.</summary>
internal static partial class IdleSettings
{
    /// <summary>Each once, whatever number of places say it.</summary>
    public static void Report(IConfigurationRoot configuration, ILoggerFactory logs)
    {
        var log = logs.CreateLogger(typeof(IdleSettings));
        foreach (var (place, alias) in configuration.Providers.OfType<AliasProvider>()
            .SelectMany(static provider => provider.Idle.Select(alias => (provider.Place, Alias: alias)))
            .DistinctBy(static said => said.Alias.Variable))
        {
            ChangesNothing(log, alias.Variable, place, alias.Meaning);
        }
    }

    [LoggerMessage(440, LogLevel.Warning, "{Variable} ({Place}) changes nothing here: {Reason}")]
    private static partial void ChangesNothing(ILogger log, string variable, string place, string reason);
}
