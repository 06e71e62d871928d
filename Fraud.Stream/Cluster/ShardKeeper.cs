using System.Collections.Concurrent;
using Fraud.Model.History;
using Fraud.Stream.Commit;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Cluster;

/// <summary>
/// Takes shards over and hands them on. Who gets which is Kafka's group's business; that nobody else writes for it
/// is the claim's: the store refuses writes under an older one.
/// </summary>
/// <remarks>
/// Take over: claim, rebuild the cards, open. Hand over: close to new payments, wait until what is in flight is
/// stored, snapshot, release. Taken away without asking: drop everything; the store has what counts.
/// Thread-safe.
/// </remarks>
public sealed class ShardKeeper(
    IFraudStore store,
    NodeIdentity node,
    ShardMap map,
    Profile profile,
    ShardLeases leases,
    ShardProgress progress,
    PartitionProgress partitions,
    TerminalFeed terminals,
    ShardRecovery recovery,
    ShardSnapshots snapshots,
    LaneRouter lanes,
    string transactionsTopic,
    TimeProvider time,
    ILogger<ShardKeeper> log,
    CancellationToken abort)
{
    private static readonly TimeSpan QuietPoll = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly BlockingCollection<ShardRow> _claimed = [];
    private int _recovering;

    /// <summary>Shards claimed and not yet open.</summary>
    public int Recovering => Volatile.Read(ref _recovering);

    public bool IsOpen(int shard) => profile.CardsOf(shard) is not null;

    /// <summary>Whether this node's claim stands, as far as it knows.</summary>
    public bool Holds(int shard) => leases.Holds(shard);

    /// <summary>
    /// Makes this node the owner of shards and starts their recovery. A shard that it still owns (Kafka lost sight of
    /// the node, but nobody took over) goes on as it is.
    /// </summary>
    /// <param name="patience">How long to wait for what is in flight of a shard that goes on.</param>
    /// <returns>The offset to read on at; absent: from the beginning.</returns>
    /// <exception cref="StoreUnavailableException">Some may be claimed; claim all again later.</exception>
    public IReadOnlyDictionary<int, long> Claim(IEnumerable<int> shards, TimeSpan patience)
    {
        var offsets = new Dictionary<int, long>();
        foreach (var shard in shards)
        {
            long? next;
            if (leases.Holds(shard))
            {
                WaitQuiet([shard], patience);
                next = store.ReadOffsets(transactionsTopic).TryGetValue(shard, out var stored) ? stored : null;
            }
            else
            {
                // What was in flight when the shard was lost ends as fenced; under the new claim it would be stored
                // beside the recovery, and histories would miss it.
                if (!WaitQuiet([shard], patience))
                {
                    throw new StoreUnavailableException(
                        $"shard {shard}: payments of the former claim are still in flight", new TimeoutException());
                }

                var row = store.Claim(shard, node);
                leases.Hold(shard, row.Generation);
                map.Set(shard, new ShardOwner(ShardPlace.Nowhere, "", row.Generation));
                Interlocked.Increment(ref _recovering);
                _claimed.Add(row);
                next = row.NextOffset;
            }

            if (next is { } offset)
            {
                offsets[shard] = offset;
            }
        }

        return offsets;
    }

    /// <summary>
    /// Kafka takes these away. Where other nodes use the same store they are handed over; else there is nobody who
    /// could take them, and the front door goes on with them.
    /// </summary>
    public void Revoked(IReadOnlyCollection<int> shards, TimeSpan patience)
    {
        if (store.IsShared)
        {
            Release(shards, patience);
        }
    }

    /// <summary>Hands shards over: afterwards another node may claim them without replaying anything. Blocks up to the patience.</summary>
    public void Release(IReadOnlyCollection<int> shards, TimeSpan patience)
    {
        var started = time.GetTimestamp();
        var closing = shards.Where(leases.Holds).Select(Close).ToArray();
        var isQuiet = Task.WaitAll(closing.Select(static each => (Task)each.Labels).ToArray(), patience)
            && WaitQuiet([.. closing.Select(static each => each.Shard)], patience - time.GetElapsedTime(started));
        foreach (var (shard, generation, cards, labels) in closing)
        {
            try
            {
                if (isQuiet && cards is not null)
                {
                    snapshots.SaveClosed(shard, cards, labels.Result, generation);
                }

                store.Release(shard, generation);
            }
            catch (StoreUnavailableException error)
            {
                // Its next owner replays the journal; the claim is overtaken by that node's.
                StreamLog.ReleaseFailed(log, shard, error.Message);
            }

            lock (_gate)
            {
                // Once more: its recovery may have ended, and opened it, meanwhile.
                leases.Drop(shard, generation);
                profile.Close(shard);
                map.Set(shard, new ShardOwner(ShardPlace.Nowhere, "", generation));
            }
        }

        if (closing.Length > 0)
        {
            StreamLog.ShardsReleased(log, string.Join(',', closing.Select(static each => each.Shard)));
        }
    }

    /// <summary>Another node claimed the shard. Nothing of it can be written here any more.</summary>
    public void Lost(int shard)
    {
        lock (_gate)
        {
            var generation = leases.GenerationOf(shard);
            if (generation == ShardLeases.None)
            {
                return;
            }

            leases.Drop(shard, generation);
            profile.Close(shard);
            map.Set(shard, new ShardOwner(ShardPlace.Nowhere, "", generation));
        }

        StreamLog.ShardLost(log, shard);
    }

    /// <summary>Recovers what was claimed, one shard after the other, until stopped.</summary>
    public void Run(CancellationToken stop)
    {
        var backoff = new Backoff(RetryMin, RetryMax);
        try
        {
            foreach (var row in _claimed.GetConsumingEnumerable(stop))
            {
                while (leases.GenerationOf(row.Shard) == row.Generation && !TryRecover(row, stop))
                {
                    stop.WaitHandle.WaitOne(backoff.Next());
                    stop.ThrowIfCancellationRequested();
                }

                backoff.Reset();
                Interlocked.Decrement(ref _recovering);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped: what is unfinished is recovered by whoever claims it next.
        }
    }

    /// <summary>Lets no more payments in. What the lane took before will be stored; what comes after is marked as fenced.</summary>
    private Closing Close(int shard)
    {
        var generation = leases.GenerationOf(shard);
        map.Set(shard, new ShardOwner(ShardPlace.Nowhere, "", generation));
        var cards = profile.CardsOf(shard);
        var labels = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        // On the lane's thread, so that no payment is being counted at that moment.
        if (!lanes.TryPost(shard, () => labels.SetResult(terminals.Close(shard))))
        {
            labels.SetResult(terminals.Close(shard));
        }

        return new Closing(shard, generation, cards, labels.Task);
    }

    private bool TryRecover(ShardRow row, CancellationToken stop)
    {
        try
        {
            terminals.CatchUp(row.Shard);
            var cards = recovery.Rebuild(row, stop);
            lock (_gate)
            {
                if (leases.GenerationOf(row.Shard) == row.Generation)
                {
                    terminals.Open(row.Shard, cards, row.SnapshotLabels);
                    map.Set(row.Shard, new ShardOwner(ShardPlace.Here, "", row.Generation));
                }
            }

            return true;
        }
        catch (StoreUnavailableException error)
        {
            StreamLog.RecoveryFailed(log, row.Shard, error.Message);
            return false;
        }
    }

    private bool WaitQuiet(IReadOnlyCollection<int> shards, TimeSpan patience)
    {
        var started = time.GetTimestamp();
        while (!shards.All(progress.IsQuiet))
        {
            // A graph that failed stores nothing any more.
            if (abort.IsCancellationRequested || time.GetElapsedTime(started) > patience)
            {
                return false;
            }

            partitions.WaitForChange(QuietPoll);
        }

        return true;
    }

    private readonly record struct Closing(int Shard, long Generation, ShardCards? Cards, Task<long> Labels);
}
