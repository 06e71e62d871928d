using Microsoft.Extensions.Logging;

namespace Fraud.Http.Training;

/// <summary>Log messages of training jobs.</summary>
internal static partial class TrainingLog
{
    [LoggerMessage(340, LogLevel.Information, "Training {Job} started: {Model} version {Version}")]
    public static partial void Started(ILogger log, string job, string model, string version);

    [LoggerMessage(341, LogLevel.Information, "Training {Job} ended: {Status}. {Detail}")]
    public static partial void Ended(ILogger log, string job, TrainingState status, string detail);

    [LoggerMessage(342, LogLevel.Warning, "The state of training {Job} was not written: {Reason}")]
    public static partial void NotWritten(ILogger log, string job, string reason);

    [LoggerMessage(343, LogLevel.Warning, "The training job in {Folder} cannot be read: {Reason}")]
    public static partial void JobUnreadable(ILogger log, string folder, string reason);

    [LoggerMessage(344, LogLevel.Warning, "What a training job left behind was not removed: {Reason}")]
    public static partial void NotRemoved(ILogger log, string reason);

    [LoggerMessage(346, LogLevel.Warning, "Whether it is time to retrain could not be found out: {Reason}")]
    public static partial void NotLooked(ILogger log, string reason);

    [LoggerMessage(345, LogLevel.Error, "Training {Job} broke off")]
    public static partial void BrokeOff(ILogger log, string job, Exception error);
}
