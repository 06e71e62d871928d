using Confluent.Kafka;

namespace Fraud.Stream.Ingest;

/// <summary>How the consumer of payments is set up. What the configuration says of the client comes first; what correctness rests on is set here.</summary>
internal static class ConsumerSettings
{
    // The client asks for more this long after its queue was full. Its default, a second, is longer than we take
    // to empty the queue (100,000 records), so reading stood still in between.
    internal const int FetchQueueBackoffMs = 10;

    // A node hears of a rebalance in the answer to a heartbeat: for so long at most the shards of one that left stay
    // without owner. At a third of the session timeout, as is usual, that was 3.5 s, and a payment over HTTP waits
    // one second (Cluster:OwnerWait). Two small requests a second are nothing to a coordinator.
    private const int LongestHeartbeatMs = 500;

    /// <param name="headers">Build the records' headers, too.</param>
    public static ConsumerConfig Of(KafkaOptions options, string bootstrapServers, bool headers = false) =>
        new(new Dictionary<string, string>(options.Client))
        {
            BootstrapServers = bootstrapServers,
            GroupId = options.GroupId,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds,
            HeartbeatIntervalMs = Math.Min((int)options.SessionTimeout.TotalMilliseconds / 3, LongestHeartbeatMs),
            // Only what is used is built for a record: not headers, topic objects or timestamps.
            ConsumeResultFields = headers ? "headers" : "none",
            // Bounds what the client holds ahead of us, in all partitions together.
            QueuedMaxMessagesKbytes = 16_384,
            FetchQueueBackoffMs = FetchQueueBackoffMs,
        };
}
