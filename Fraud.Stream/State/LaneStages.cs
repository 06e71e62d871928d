using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Poison;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.State;

/// <summary>Makes what each lane of a graph begins with: its inlet, and the stage that gives payments their features.</summary>
public sealed class LaneStages(
    MicroBatchPool batches, OverloadOptions overload, AdmissionGate gate, PoisonSuspects poison, IShardStore store, ILogger<CardLoader> log)
{
    public LaneInlet Inlet(InFlight inFlight) => new(batches, overload, gate, inFlight, poison);

    /// <param name="stop">Ends waits for the store.</param>
    public FeatureFlow Features(ShardHistories histories, TimeProvider time, CancellationToken stop) =>
        new(histories.Profile, histories.Terminals, new CardLoader(store, log, stop), gate, time);

    /// <summary>No payment of the group is suspected any more.</summary>
    public BatchGroup Stored(BatchGroup group)
    {
        poison.Stored(group.Batches);
        return group;
    }

    /// <summary>Whether a graph ended for this payment alone, and the next will refuse it.</summary>
    public bool IsPoison(Payment payment) => poison.Of(payment) == Suspicion.Poison;
}
