using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Kafka;

/// <summary>Log messages of the partitions source. None carries a key or a value.</summary>
internal static partial class PartitionsLog
{
    [LoggerMessage(230, LogLevel.Information, "Reading partitions {Partitions}")]
    public static partial void Assigned(ILogger log, string partitions);

    [LoggerMessage(231, LogLevel.Information, "No longer reading partitions {Partitions}")]
    public static partial void Unassigned(ILogger log, string partitions);

    [LoggerMessage(232, LogLevel.Error, "Records are gone: {Topic} partition {Partition}, expected offset {Expected}, the broker's log starts at {Start}. It was shorter than our lag")]
    public static partial void Gap(ILogger log, string topic, int partition, long expected, long start);

    [LoggerMessage(233, LogLevel.Error, "The log of {Topic} partition {Partition} ends at {End}, before the stored offset {Expected}: the topic was deleted and created again, or the broker lost records. Reading goes on at its start, {Start}")]
    public static partial void LogEndsBefore(ILogger log, string topic, int partition, long expected, long end, long start);

    [LoggerMessage(234, LogLevel.Warning, "The Kafka consumer failed; a new one starts in {Wait}")]
    public static partial void ConsumerFailed(ILogger log, TimeSpan wait, Exception error);

    [LoggerMessage(235, LogLevel.Warning, "Kafka client: {Code}: {Reason}")]
    public static partial void ClientError(ILogger log, ErrorCode code, string reason);

    [LoggerMessage(236, LogLevel.Debug, "Offsets for lag tools were not committed: {Reason}")]
    public static partial void NotCommitted(ILogger log, string reason);

    [LoggerMessage(237, LogLevel.Warning, "The Kafka client was not closed within {Deadline} and is left behind")]
    public static partial void CloseDeadline(ILogger log, TimeSpan deadline);

    [LoggerMessage(238, LogLevel.Warning, "A record of partition {Partition}, offset {Offset}, has a card of another partition: its producer places keys in another way. Later ones are counted only")]
    public static partial void Foreign(ILogger log, int partition, long offset);

    [LoggerMessage(239, LogLevel.Warning, "What was read was not taken by the graph within {Deadline}; the next reader starts at the stored offset")]
    public static partial void DrainDeadline(ILogger log, TimeSpan deadline);

    [LoggerMessage(240, LogLevel.Error, "The reading of partitions failed")]
    public static partial void Failed(ILogger log, Exception error);

    [LoggerMessage(242, LogLevel.Error, "The record of partition {Partition} at offset {Offset} made the decoder fail and goes to the dead letters as poison")]
    public static partial void Poison(ILogger log, int partition, long offset, Exception error);

    [LoggerMessage(241, LogLevel.Error, "{Topic} has {Found} partitions, and Kafka:Partitions says {Expected}")]
    public static partial void WrongCount(ILogger log, string topic, int found, int expected);
}
