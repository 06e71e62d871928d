using Fraud.Stream.Batching;
using Fraud.Stream.Shards;

namespace Fraud.Stream.State;

/// <summary>
/// The lanes of the graph that runs now, for a front door that outlives graphs. While no graph runs there are none, and every offer is
/// refused as if they were full.
/// </summary>
public sealed class OpenLanes : ILaneIntake
{
    private LaneInlet[] _lanes = [];

    public void Open(LaneInlet[] lanes) => Volatile.Write(ref _lanes, lanes);

    /// <summary>No effect when another graph opened its lanes since.</summary>
    public void Close(LaneInlet[] lanes) => Interlocked.CompareExchange(ref _lanes, [], lanes);

    public bool TryOffer(Payment payment)
    {
        var lanes = Volatile.Read(ref _lanes);
        return lanes.Length > 0 && lanes[payment.Shard % lanes.Length].TryOffer(payment);
    }
}
