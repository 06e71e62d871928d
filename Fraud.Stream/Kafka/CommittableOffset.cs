namespace Fraud.Stream.Kafka;

/// <summary>Where a partition is read on once a batch is stored, as <see cref="KafkaPartitions.Commit"/> takes it.</summary>
/// <param name="Partition">A partition of the transactions topic, which is a shard.</param>
/// <param name="Generation">The claim of the shard under which the records were read (rule 3 of docs/decisions/0011).</param>
/// <param name="Next">The offset after the batch's last record.</param>
public sealed record CommittableOffset(int Partition, long Generation, long Next);
