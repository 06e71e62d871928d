using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Ingest;

/// <summary>Log messages of reading from and writing to Kafka. None carries a key or a value.</summary>
internal static partial class IngestLog
{
    [LoggerMessage(200, LogLevel.Information, "Reading partitions {Partitions}")]
    public static partial void Assigned(ILogger log, string partitions);

    [LoggerMessage(201, LogLevel.Error, "Records are gone: {Topic} partition {Partition}, expected offset {Expected}, the next is {Found}. The broker's log was shorter than our lag")]
    public static partial void Gap(ILogger log, string topic, int partition, long expected, long found);

    [LoggerMessage(202, LogLevel.Warning, "The Kafka consumer failed; a new one starts in {Wait}")]
    public static partial void ConsumerFailed(ILogger log, TimeSpan wait, Exception error);

    [LoggerMessage(203, LogLevel.Warning, "Kafka client: {Code}: {Reason}")]
    public static partial void ClientError(ILogger log, string code, string reason);

    [LoggerMessage(204, LogLevel.Warning, "A partition was not drained within {Deadline}; its next reader starts at the stored offset")]
    public static partial void DrainDeadline(ILogger log, TimeSpan deadline);

    [LoggerMessage(205, LogLevel.Debug, "Offsets for lag tools were not committed: {Reason}")]
    public static partial void CommitFailed(ILogger log, string reason);

    [LoggerMessage(206, LogLevel.Warning, "Partition {Partition} is this node's by its group, but another node had claimed it: claimed again")]
    public static partial void ClaimedAgain(ILogger log, int partition);

    [LoggerMessage(207, LogLevel.Warning, "The Kafka client did not leave its group within {Deadline} and is left behind; the group misses it after its session timeout")]
    public static partial void CloseDeadline(ILogger log, TimeSpan deadline);

    [LoggerMessage(208, LogLevel.Warning, "The Kafka client did not leave its group: {Reason}")]
    public static partial void CloseFailed(ILogger log, string reason);

    [LoggerMessage(210, LogLevel.Warning, "Sending alerts or dead letters failed; they are sent again")]
    public static partial void SendFailed(ILogger log, Exception error);

    [LoggerMessage(211, LogLevel.Warning, "The Kafka client got nothing through within {Deadline} of sending; a new one takes its place")]
    public static partial void ProducerStuck(ILogger log, TimeSpan deadline);

    [LoggerMessage(212, LogLevel.Warning, "Alerts and dead letters of {Payments} payments were not sent before the end; the next start sends them: {Reason}")]
    public static partial void AlertsLeftBehind(ILogger log, long payments, string reason);

    [LoggerMessage(220, LogLevel.Warning, "A label at partition {Partition} offset {Offset} cannot be read: {Error}")]
    public static partial void LabelUnreadable(ILogger log, int partition, long offset, string error);

    [LoggerMessage(221, LogLevel.Warning, "Reading labels failed; a new consumer starts in {Wait}")]
    public static partial void LabelsFailed(ILogger log, TimeSpan wait, Exception error);
}
