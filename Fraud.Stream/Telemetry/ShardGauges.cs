using Fraud.Stream.Shards;

namespace Fraud.Stream.Telemetry;

/// <summary>Metrics of this node's shards and of their history.</summary>
public sealed class ShardGauges
{
    public ShardGauges(StreamMetrics metrics, ShardPhases shards, ShardTimeline timeline)
    {
        timeline.Happened += happened =>
        {
            switch (happened)
            {
                case ShardClaimed claimed:
                    metrics.ShardOpened(claimed.Took);
                    break;
                case ShardReleased released:
                    metrics.ShardReleased(released.Took);
                    break;
            }
        };
        metrics.Observe("fraud_shards_held", "Shards that this node owns.", () => shards.Held);
        metrics.Observe("fraud_shards_recovering", "Shards that this node is taking over.", () => shards.Opening);
        metrics.Observe(
            "fraud_shard_history_waiting", "Events of this node's shards (claimed, released) that are not stored yet; more than a moment: the journal of events is away.",
            () => timeline.Waiting);
        metrics.ObserveTotal(
            "fraud_shard_history_lost", "Events of this node's shards that were given up, because more waited than are kept.", () => timeline.Lost);
    }
}
