using Akka;
using Akka.Streams.Dsl;
using Fraud.Stream.Batching;
using Fraud.Stream.Kafka;
using Fraud.Stream.State;

namespace Fraud.Stream;

/// <summary>What one instance of the graph is joined from.</summary>
public sealed record TopologyStages(IReadOnlyList<TopologyLane> Lanes, BatchingOptions Batching)
{
    /// <summary>What a scored group adds to a transaction, which takes <see cref="MostInTransaction"/>.</summary>
    public required Func<BatchGroup, long> Weigh { get; init; }

    public required int MostInTransaction { get; init; }

    /// <summary>Writes a group in one transaction. Blocks.</summary>
    public required Func<BatchGroup, BatchGroup> Persist { get; init; }

    public required Action<BatchGroup> Reply { get; init; }

    /// <summary>Answers what was sent again. Blocks.</summary>
    public required Action<BatchGroup> Repeat { get; init; }

    public required Action<BatchGroup> Pages { get; init; }

    public required Action<BatchGroup> Measure { get; init; }
}

/// <summary>The stages of a fixed set of shards.</summary>
/// <param name="Features">Gives each payment its features, in order.</param>
/// <param name="Score">Scores a group in one call of the model, and decides.</param>
public sealed record TopologyLane(LaneInlet Inlet, Func<BatchGroup, BatchGroup> Features, Func<BatchGroup, BatchGroup> Score)
{
    /// <summary>What is read of the lane's partitions.</summary>
    public required Source<CommittableBatch, NotUsed> Kafka { get; init; }

    /// <summary>Keeps a batch from Kafka back while payments over HTTP are late, or rows too far behind.</summary>
    public required Func<CommittableBatch, Task<MicroBatch>> Hold { get; init; }
}
