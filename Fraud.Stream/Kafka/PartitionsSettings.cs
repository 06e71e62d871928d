using Fraud.Stream.Ingest;

namespace Fraud.Stream.Kafka;

/// <summary>What a <see cref="KafkaPartitions"/> reads and for how many lanes.</summary>
/// <param name="BootstrapServers">As <see cref="KafkaEndpoint"/> says.</param>
/// <param name="Lanes">At least one; partition p is read for lane p % Lanes.</param>
/// <param name="QueueCapacity">Batches that may wait for each lane, at least one (<see cref="Batching.BatchingOptions"/>).</param>
public sealed record PartitionsSettings(KafkaOptions Kafka, string BootstrapServers, int Lanes, int QueueCapacity)
{
    /// <summary>Where a partition's log ends, by another client than the one that reads; null while that is not known.</summary>
    public Func<int, long?> EndOf { get; init; } = static _ => null;
}
