using Akka.Actor;
using Fraud.Stream.Cluster;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Shards;

/// <summary>Calls the store for one shard, one call after the other. It blocks, so it has a thread of shard-dispatcher.</summary>
internal sealed class ShardWorker : ReceiveActor
{
    private readonly int _shard;
    private readonly IFraudStore _store;
    private readonly NodeIdentity _node;
    private readonly ShardSnapshots _snapshots;
    private readonly SilentCards _silent;
    private readonly ShardRepeats _repeats;
    private readonly TerminalSnapshots? _terminals;
    private readonly ILogger _log;

    public ShardWorker(
        int shard, IFraudStore store, NodeIdentity node, ClusterOptions options, StreamMetrics metrics, ILoggerFactory loggers)
    {
        _shard = shard;
        _store = store;
        _node = node;
        _log = loggers.CreateLogger<ShardWorker>();
        _snapshots = new ShardSnapshots(store, shard, metrics, loggers.CreateLogger<ShardSnapshots>());
        _silent = new SilentCards(store, options, metrics, loggers.CreateLogger<SilentCards>());
        _repeats = new ShardRepeats(store, shard, loggers.CreateLogger<ShardRepeats>());
        // Any shard's owner would do, but one has to.
        _terminals = shard == 0 ? new TerminalSnapshots(store, options, metrics.Time) : null;
        Receive<ShardWork.Claim>(claim => Context.Parent.Tell(Claim(claim)));
        Receive<ShardWork.Recover>(recover => Context.Parent.Tell(Recover(recover)));
        Receive<ShardWork.Save>(Save);
        Receive<ShardWork.Sweep>(Sweep);
        Receive<ShardWork.Release>(Release);
    }

    private ShardInput Claim(ShardWork.Claim claim)
    {
        try
        {
            if (!_store.TryClaim(_shard, _node, out var head))
            {
                return new ShardInput.ClaimRefused(claim.Attempt);
            }

            _snapshots.Begin(head);
            _repeats.Begin(head);
            return new ShardInput.Claimed(claim.Attempt, head);
        }
        catch (StoreUnavailableException error)
        {
            StreamLog.ClaimFailed(_log, _shard, error.Message);
            return new ShardInput.ClaimFailed(claim.Attempt);
        }
    }

    private object Recover(ShardWork.Recover recover)
    {
        var (head, histories, cancellation) = recover;
        try
        {
            histories.Terminals.CatchUp(_shard);
            var cards = histories.Recovery.Rebuild(head, cancellation);
            histories.Terminals.Open(_shard, cards, head.SnapshotLabels);
            return new ShardWork.Recovered(new OpenShard(CommitCursor.At(head), cards), histories);
        }
        catch (OperationCanceledException)
        {
            return new ShardInput.RecoveryFailed(head.Generation);
        }
        catch (Exception error)
        {
            // Also a damaged page: the shard stays closed, is tried again, and the reason is said each time.
            StreamLog.RecoveryFailed(_log, _shard, error.Message);
            return new ShardInput.RecoveryFailed(head.Generation);
        }
    }

    private void Save(ShardWork.Save save)
    {
        try
        {
            _snapshots.Save(save.Marker, save.CardsInMemory);
        }
        finally
        {
            // Also when this one fails and another takes its place: the shard goes on, and its next owner replays.
            Context.Parent.Tell(new ShardWork.Saved(save.Marker));
        }
    }

    private void Sweep(ShardWork.Sweep sweep)
    {
        try
        {
            _silent.Step(sweep.Shard, sweep.Histories.Profile.Retention);
            if (_repeats.Take() is { Count: > 0 } retractions)
            {
                Context.Parent.Tell(new ShardWork.TakeBack(sweep.Shard, retractions));
            }

            _terminals?.Step(sweep.Shard.Generation, sweep.Histories.Terminals, sweep.Shard.Cards.RecentFor);
        }
        catch (StoreUnavailableException error)
        {
            StreamLog.SnapshotPutOff(_log, error.Message);
        }
        finally
        {
            Context.Parent.Tell(new ShardWork.Swept());
        }
    }

    private void Release(ShardWork.Release release)
    {
        try
        {
            if (_store.Release(_shard, release.Generation))
            {
                StreamLog.ShardReleased(_log, _shard);
            }
        }
        catch (StoreUnavailableException error)
        {
            // Its next owner replays the journal; the claim is overtaken by that node's.
            StreamLog.ReleaseFailed(_log, _shard, error.Message);
        }

        Context.Parent.Tell(new ShardInput.ReleaseEnded(release.Attempt));
    }
}
