using Fraud.Stream.Batching;

namespace Fraud.Stream.State;

/// <summary>
/// The door that sources and the front door keep across restarts of the graph: routes by shard to the
/// lanes of the graph that runs now, and answers "full" while none does.
/// </summary>
public sealed class LaneRouter : ILaneIntake
{
    private ShardLane[] _lanes = [];

    public bool IsConnected => Volatile.Read(ref _lanes).Length > 0;

    public void Connect(ShardLane[] lanes) => Volatile.Write(ref _lanes, lanes);

    public void Disconnect() => Volatile.Write(ref _lanes, []);

    public bool TryOffer(MicroBatch batch)
    {
        var lanes = Volatile.Read(ref _lanes);
        return lanes.Length > 0 && lanes[batch.KafkaPartition % lanes.Length].TryOffer(batch);
    }

    public bool TryOffer(Payment payment)
    {
        var lanes = Volatile.Read(ref _lanes);
        return lanes.Length > 0 && lanes[payment.Shard % lanes.Length].TryOffer(payment);
    }

    /// <summary>Runs something on the thread of a shard's lane; false when no graph runs.</summary>
    public bool TryPost(int shard, Action errand)
    {
        var lanes = Volatile.Read(ref _lanes);
        if (lanes.Length == 0)
        {
            return false;
        }

        lanes[shard % lanes.Length].Post(errand);
        return true;
    }
}
