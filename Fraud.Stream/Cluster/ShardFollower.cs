using Fraud.Stream.Batching;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Cluster;

/// <summary>
/// Keeps this node up to date with the others by way of the store: who owns which shard, what they stored of the
/// terminals, which labels came. One thread.
/// </summary>
public sealed class ShardFollower(
    IShardStore store, NodeIdentity node, ShardMap map, ShardLeases leases, ShardKeeper keeper, TerminalFeed terminals, ClusterOptions options, ILogger<ShardFollower> log)
{
    private readonly WakeSignal _wake = new();
    private readonly Backoff _backoff = new(options.FollowInterval, 10 * options.FollowInterval);

    /// <summary>Something new is in the store. Never blocks.</summary>
    public void Wake() => _wake.Set();

    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var wait = options.FollowInterval;
            _wake.Arm();
            try
            {
                LookAtOwners();
                while (terminals.Follow())
                {
                    stop.ThrowIfCancellationRequested();
                }

                _backoff.Reset();
            }
            catch (StoreUnavailableException error)
            {
                wait = _backoff.Next();
                StreamLog.FollowFailed(log, error.Message);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            Wait(wait, stop);
        }
    }

    private void Wait(TimeSpan longest, CancellationToken stop)
    {
        try
        {
            _wake.Wait(longest, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The loop sees it.
        }
    }

    private void LookAtOwners()
    {
        foreach (var row in store.ReadShards())
        {
            var mine = leases.GenerationOf(row.Shard);
            if (mine == row.Generation || row.Owner == node.Name)
            {
                // The keeper knows of this node's own shards before the store does, and when it is done with them.
                continue;
            }

            if (mine != ShardLeases.None && row.Generation > mine)
            {
                keeper.Lost(row.Shard);
            }

            map.Set(row.Shard, row.IsOwned
                ? new ShardOwner(ShardPlace.Elsewhere, row.Address, row.Generation)
                : new ShardOwner(ShardPlace.Nowhere, "", row.Generation));
        }
    }
}
