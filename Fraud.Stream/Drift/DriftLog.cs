using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Drift;

/// <summary>Log messages about drift and live quality.</summary>
internal static partial class DriftLog
{
    [LoggerMessage(160, LogLevel.Warning, "Drift alarm: {Subject}: {Measure} {Value:0.####} against {Threshold:0.####}, model {Model} version {Version}, after {Payments} payments: {Detail}")]
    public static partial void Raised(ILogger log, string subject, string measure, double value, double threshold, string model, string version, long payments, string detail);

    [LoggerMessage(161, LogLevel.Information, "Drift alarm over: {Subject}: {Measure} {Value:0.####} against {Threshold:0.####}, model {Model} version {Version}")]
    public static partial void Cleared(ILogger log, string subject, string measure, double value, double threshold, string model, string version);

    [LoggerMessage(162, LogLevel.Information, "Model {Model} version {Version} has no reference distributions: drift is measured against the first {Payments} payments")]
    public static partial void Learns(ILogger log, string model, string version, int payments);

    [LoggerMessage(164, LogLevel.Debug, "It is not known yet since when payments are stored, tried again every {Wait}: {Reason}")]
    public static partial void HistoryPutOff(ILogger log, TimeSpan wait, string reason);

    [LoggerMessage(163, LogLevel.Warning, "Live quality was not counted, tried again in {Wait}: {Reason}")]
    public static partial void QualityPutOff(ILogger log, TimeSpan wait, string reason);
}
