using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Ingest;

/// <summary>How a consumer leaves its group, so that others need not wait for the session timeout.</summary>
/// <remarks>
/// A client that is closed while its group is being balanced may hang, or end the process (an assertion of
/// librdkafka 2.15.1, rd_kafka_cgrp_terminated). So the caller hands over what it owns, then the client unsubscribes and
/// is polled until it has nothing assigned, and only then it is closed. One that hangs all the same is left behind.
/// </remarks>
internal static class GroupExit
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    // A client that leaves an even group is done in milliseconds.
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(5);

    // A client that hung in a rebalance was seen to come out of it after 30 s.
    private static readonly TimeSpan LongestRebalance = TimeSpan.FromSeconds(45);

    // With nothing assigned: what the client still does inside by then is done.
    private const int QuietPolls = 3;

    /// <summary>Leaves for good, within seconds. What the consumer owned was handed over before.</summary>
    public static void Leave<TKey, TValue>(IConsumer<TKey, TValue> consumer, TimeProvider time, ILogger log)
    {
        Unsubscribe(consumer, time, log);
        if (!TryClose(consumer, LongestClose, log))
        {
            IngestLog.CloseDeadline(log, LongestClose);
        }
    }

    /// <summary>Closes a consumer that failed; its handlers are done when this returns, so that another can be made.</summary>
    /// <param name="drain">Longest that the handlers wait for what is in flight.</param>
    /// <exception cref="TimeoutException">It hangs, and its handlers may still run: the caller must not go on.</exception>
    public static void Close<TKey, TValue>(IConsumer<TKey, TValue> consumer, TimeSpan drain, ILogger log)
    {
        // The handlers drain twice: what was read, and what is in flight of the shards.
        var longest = (2 * drain) + LongestRebalance;
        if (!TryClose(consumer, longest, log))
        {
            IngestLog.CloseDeadline(log, longest);
            throw new TimeoutException($"the Kafka client was not closed within {longest}");
        }
    }

    private static bool TryClose<TKey, TValue>(IConsumer<TKey, TValue> consumer, TimeSpan longest, ILogger log)
    {
        // The client calls its handlers on the thread that closes it, while this one waits.
        var closed = Task.Run(consumer.Close);
        try
        {
            if (!closed.Wait(longest))
            {
                return false;
            }
        }
        catch (AggregateException error) when (error.InnerException is KafkaException reason)
        {
            IngestLog.CloseFailed(log, reason.Error.Reason);
        }

        consumer.Dispose();
        return true;
    }

    private static void Unsubscribe<TKey, TValue>(IConsumer<TKey, TValue> consumer, TimeProvider time, ILogger log)
    {
        var started = time.GetTimestamp();
        try
        {
            consumer.Unsubscribe();
            for (var quiet = 0; quiet < QuietPolls && time.GetElapsedTime(started) < LongestClose; quiet++)
            {
                // Serves its handlers; records of shards that were handed over are their next owners'.
                if (consumer.Consume(Poll) is not null || consumer.Assignment.Count > 0)
                {
                    quiet = -1;
                }
            }
        }
        catch (KafkaException error)
        {
            IngestLog.CloseFailed(log, error.Error.Reason);
        }
    }
}
