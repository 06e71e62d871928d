using Fraud.Stream.Batching;
using Fraud.Stream.Shards;

namespace Fraud.Stream.State;

/// <summary>
/// The door that the front door keeps across restarts of the graph: routes by shard to the lanes of the graph that runs now, and
/// answers "full" while none does.
/// </summary>
public sealed class LaneRouter : ILaneIntake
{
    private LaneInlet[] _lanes = [];

    public void Connect(LaneInlet[] lanes) => Volatile.Write(ref _lanes, lanes);

    /// <summary>No effect when another graph was connected since.</summary>
    public void Disconnect(LaneInlet[] lanes) => Interlocked.CompareExchange(ref _lanes, [], lanes);

    public bool TryOffer(Payment payment)
    {
        var lanes = Volatile.Read(ref _lanes);
        return lanes.Length > 0 && lanes[payment.Shard % lanes.Length].TryOffer(payment);
    }
}
