using Fraud.Stream.Batching;

namespace Fraud.Stream.Kafka;

/// <summary>Records of one partition in the order of their offsets, read under one generation; the source's element.</summary>
/// <param name="Batch">
/// Not empty, held once: who ends its way releases it. Records that could not be decoded are in their places as
/// <see cref="PaymentState.Undecodable"/>.
/// </param>
/// <param name="Offset">What the store holds once the batch is stored.</param>
public sealed record CommittableBatch(MicroBatch Batch, CommittableOffset Offset)
{
    public int Partition => Offset.Partition;

    public long Generation => Offset.Generation;
}
