using Akka;
using Akka.Streams.Dsl;

namespace Fraud.Stream.Kafka;

/// <summary>What a graph takes from Kafka, and tells it.</summary>
/// <param name="Lane">Batches of a lane's partitions; materialized once.</param>
/// <param name="Stored">Told how far a partition is stored. Must not block.</param>
public sealed record KafkaLanes(Func<int, Source<CommittableBatch, NotUsed>> Lane, Action<CommittableOffset> Stored)
{
    public static KafkaLanes Of(KafkaPartitions partitions) => new(partitions.Lane, partitions.Commit);
}
