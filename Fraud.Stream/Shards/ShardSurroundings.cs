using Akka.Actor;
using Fraud.Stream.Kafka;

namespace Fraud.Stream.Shards;

/// <summary>What the shards of a node share.</summary>
/// <param name="CurrentGraph">The graph that runs now; null between two.</param>
public sealed record ShardSurroundings(
    ShardDirectory Directory, ShardPhases Phases, ShardTimeline Timeline, IForwardedPayments Forwarded, Func<IShardGraph?> CurrentGraph);

/// <summary>What a shard's actor has under it.</summary>
/// <param name="Worker">A <see cref="ShardWorker"/>.</param>
/// <param name="History">A supervised <see cref="ShardHistory"/>, which tells this actor.</param>
public sealed record ShardChildren(Props Worker, Func<IActorRef, Props> History);

/// <summary>What a shard needs of an instance of the graph.</summary>
public interface IShardGraph
{
    ShardHistories Histories { get; }

    KafkaPartitions Kafka { get; }

    /// <summary>Sends a marker into the lane of its shard. False when the graph ends.</summary>
    bool TrySend(ShardMarker marker);
}

/// <summary>Event: a graph takes payments and markers.</summary>
public sealed record GraphStarted(IShardGraph Graph);

/// <summary>Event: it takes none any more; what is inside is lost to its shards (rule 18 of docs/decisions/0011).</summary>
public sealed record GraphEnded(IShardGraph Graph);

/// <summary>Event: a commit found that another node has the shard.</summary>
public sealed record ShardFenced(OpenShard Shard);

/// <summary>A node alone is sent no payments by others.</summary>
public sealed class NoForwardedPayments : IForwardedPayments
{
    public void Score(ScorePayments message, IActorRef replyTo) =>
        throw new InvalidOperationException("Payments were sent here, and there is no front door.");
}
