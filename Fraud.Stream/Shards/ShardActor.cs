using Akka.Actor;
using Akka.Event;
using Fraud.Stream.Cluster;
using Fraud.Stream.Kafka;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Shards;

/// <summary>
/// One shard on this node: claims it, recovers it, opens it in the graph, hands it over. The decisions are <see cref="ShardOwnership"/>'s;
/// this one carries messages in and effects out, and never blocks: the store is its <see cref="ShardWorker"/>'s business.
/// </summary>
/// <remarks>
/// Started by sharding or, on a node alone, by <see cref="LocalShards"/>; stopped by <see cref="StopShard"/>, after which it ends itself. It
/// hears of graphs by the event stream. A graph that ended takes the shard with it: it is claimed again for the next.
/// </remarks>
#pragma warning disable CA1001 // The source's kernel handle is never asked for, so there is nothing to dispose of.
public sealed class ShardActor : ReceiveActor, IWithTimers
#pragma warning restore CA1001
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    // Five pages of cards a second and shard would be a round through a million cards in three minutes; this is a fifth.
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(1);

    // For the history to take the last event, beside a hand-over of seconds; a write takes it some 10 ms.
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(100);

    private readonly int _shard;
    private readonly ShardSurroundings _node;
    private readonly ClusterOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IActorRef _worker;
    private readonly ShardReporter _reporter;
    private ShardOwnership _ownership;
    private IShardGraph? _graph;
    private OpenShard? _open;
    private CancellationTokenSource _recovering = new();
    private ShardEffect.AssignKafka? _assign;
    private bool _isMarkerOut;
    private bool _isSweeping;
    private long _savedAt;
    private long _sweptAt;

    public ShardActor(
        int shard, ShardSurroundings node, ClusterOptions options, ShardChildren children, TimeProvider time, ILogger<ShardActor> log)
    {
        _shard = shard;
        _node = node;
        _options = options;
        _time = time;
        _log = log;
        _ownership = ShardOwnership.New(shard, ShardTimes.Default);
        _worker = Context.ActorOf(children.Worker, "store");
        _reporter = new ShardReporter(shard, node.Timeline, () => Context.ActorOf(children.History(Self), "history"), time);
        _savedAt = _sweptAt = time.GetTimestamp();
        Receive<GraphStarted>(started => Began(started.Graph));
        Receive<GraphEnded>(ended => Ended(ended.Graph));
        Receive<ShardFenced>(Fenced);
        Receive<StopShard>(_ => Do(new ShardInput.Stop()));
        Receive<ShardInput>(Do);
        Receive<ShardWork.Recovered>(Recovered);
        Receive<ShardMarker>(Passed);
        Receive<ShardWork.Saved>(saved => MarkerDone(saved.Marker));
        Receive<ShardWork.Swept>(_ => { _isSweeping = false; });
        Receive<ShardWork.TakeBack>(TakeBack);
        Receive<ScorePayments>(payments => node.Forwarded.Score(payments, Sender));
        Receive<LookAround>(_ =>
        {
            _reporter.Look();
            LookAtCards();
        });
        Receive<HistoryUp>(_ => _reporter.Up());
        Receive<EventStored>(stored => Stored(stored.Event));
        Receive<Over>(_ => Context.Stop(Self));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(GraphStarted));
        Context.System.EventStream.Subscribe(Self, typeof(GraphEnded));
        Context.System.EventStream.Subscribe(Self, typeof(ShardFenced));
        Timers.StartPeriodicTimer(nameof(LookAround), LookAround.Instance, Look);
        _node.Phases.Set(_shard, ShardPhase.Closed, generation: 0);
        Do(new ShardInput.Start());
        if (_node.CurrentGraph() is { } graph)
        {
            Began(graph);
        }
    }

    // Also on the way to a new instance, after a failure: that one claims again, whatever this one held.
    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        Drop(_ownership.Claimed.Generation);
        Unassign();
        _recovering.Cancel();
        _recovering.Dispose();
        _node.Phases.Leave(_shard);
        _reporter.End();
    }

    private void Began(IShardGraph graph)
    {
        if (_graph != graph)
        {
            _graph = graph;
            Do(new ShardInput.GraphStarted());
        }
    }

    private void Ended(IShardGraph graph)
    {
        if (_graph == graph)
        {
            Do(new ShardInput.GraphEnded());
            _graph = null;
        }
    }

    private void Fenced(ShardFenced fenced)
    {
        if (fenced.Shard == _open)
        {
            StreamLog.ShardLost(_log, _shard);
            Do(new ShardInput.Fenced(fenced.Shard.Generation));
        }
    }

    private void Stored(ShardEvent happened)
    {
        _reporter.Stored(happened);
        if (_ownership.Phase == ShardPhase.Released)
        {
            Context.Stop(Self);
        }
    }

    private void Do(ShardInput input)
    {
        var before = _ownership;
        var (next, effects) = before.On(input);
        _ownership = next;
        _reporter.Changed(before, input, next, _open is { Cards: var cards } ? cards.Count + cards.AwayCount : 0);
        if (before.Phase == ShardPhase.Recovering && next.Phase != ShardPhase.Recovering)
        {
            _recovering.Cancel();
        }

        foreach (var effect in effects)
        {
            Carry(effect);
        }

        _node.Phases.Set(_shard, next.Phase, next.Claimed.Generation);
    }

    private void Carry(ShardEffect effect)
    {
        switch (effect)
        {
            case ShardEffect.Claim claim:
                _worker.Tell(new ShardWork.Claim(claim.Attempt));
                break;
            case ShardEffect.Recover recover:
                _recovering.Dispose();
                _recovering = new CancellationTokenSource();
                _worker.Tell(new ShardWork.Recover(recover.Claimed, _graph!.Histories, _recovering.Token));
                break;
            case ShardEffect.OpenLane:
                Send(MarkerKind.Open);
                break;
            case ShardEffect.AssignKafka assign:
                // A batch that overtook the marker would be dropped, and the ones behind it pass its offsets over.
                _assign = assign;
                break;
            case ShardEffect.CloseIntake close:
                _node.Directory.SetClosed(_shard, close.Generation);
                break;
            case ShardEffect.DropLane drop:
                Drop(drop.Generation);
                break;
            case ShardEffect.UnassignKafka:
                Unassign();
                break;
            case ShardEffect.SendMarker marker:
                _isMarkerOut = true;
                Send(marker.Kind);
                break;
            case ShardEffect.Release release:
                _worker.Tell(new ShardWork.Release(release.Attempt, release.Generation));
                break;
            case ShardEffect.SetTimer timer:
                Timers.StartSingleTimer(nameof(ShardInput.TimerFired), new ShardInput.TimerFired(timer.Attempt), timer.After);
                break;
            case ShardEffect.CancelTimer:
                Timers.Cancel(nameof(ShardInput.TimerFired));
                break;
            case ShardEffect.ExitProcess:
                // The process's heartbeat is refused as well, within a second, and that ends it (rule 25 of docs/decisions/0011).
                StreamLog.ProcessRemoved(_log, _shard);
                break;
            case ShardEffect.End when _reporter.HasLastWord:
                Timers.CancelAll();
                Timers.StartSingleTimer(nameof(LastWord), Over.Instance, LastWord);
                break;
            case ShardEffect.End:
                Context.Stop(Self);
                break;
        }
    }

    private void Recovered(ShardWork.Recovered recovered)
    {
        var shard = recovered.Shard;
        if (_ownership.Phase == ShardPhase.Recovering && _ownership.Claimed.Generation == shard.Generation
            && _graph?.Histories == recovered.Histories)
        {
            _open = shard;
            _savedAt = _time.GetTimestamp();
            Do(new ShardInput.Recovered(shard.Generation));
        }
        else
        {
            recovered.Histories.Terminals.Close(shard);
        }
    }

    private void Send(MarkerKind kind)
    {
        var self = Self;
        if (_graph is { } graph && _open is { } open)
        {
            // False: the graph is ending, and says so.
            _ = graph.TrySend(new ShardMarker(kind, open, marker => self.Tell(marker)));
        }
    }

    private void TakeBack(ShardWork.TakeBack due)
    {
        if (due.Shard == _open && _graph is { } graph)
        {
            // False, or stopped on its way: the claim ends, and the next finds them again.
            _ = graph.TrySend(new ShardMarker(MarkerKind.TakeBack, due.Shard, static _ => { }) { Retractions = due.Retractions });
        }
    }

    private void Passed(ShardMarker marker)
    {
        if (marker.Shard != _open)
        {
            return;
        }

        if (marker.Kind != MarkerKind.Open)
        {
            _worker.Tell(new ShardWork.Save(marker, _options.MaxCardsInMemory / Math.Max(1, _node.Phases.Held)));
        }
        else if (_assign is { } assign && _ownership.Phase == ShardPhase.Open && assign.Generation == marker.Shard.Generation)
        {
            _assign = null;
            _node.Directory.SetOpen(_shard, assign.Generation);
            Observe(_graph!.Kafka.AssignAsync(_shard, assign.NextOffset ?? KafkaPartitions.LogStart, assign.Generation));
        }
    }

    private void MarkerDone(ShardMarker marker)
    {
        _isMarkerOut = false;
        _savedAt = _time.GetTimestamp();
        Do(new ShardInput.MarkerDone(marker.Kind, marker.Shard.Generation));
    }

    private void Drop(long generation)
    {
        _assign = null;
        _node.Directory.SetClosed(_shard, generation);
        if (_open is { } open)
        {
            open.Drop();
            _graph?.Histories.Terminals.Close(open);
            _open = null;
        }

        _isMarkerOut = false;
    }

    private void Unassign()
    {
        _assign = null;
        if (_graph is { } graph && _ownership.Claimed.Generation > 0)
        {
            Observe(graph.Kafka.UnassignAsync(_shard, _ownership.Claimed.Generation));
        }
    }

    // The source's own end ends the graph, and is told by that.
    private void Observe(Task command) => _ = command.ContinueWith(
        failed => StreamLog.NotAssigned(_log, _shard, failed.Exception!.GetBaseException().Message),
        CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private void LookAtCards()
    {
        if (_ownership.Phase != ShardPhase.Open || _open is not { } open || _graph is not { } graph || _isMarkerOut || _isSweeping)
        {
            return;
        }

        var dirty = open.Cards.DirtyCount;
        if (dirty >= _options.SnapshotCards || (dirty > 0 && _time.GetElapsedTime(_savedAt) >= _options.SnapshotInterval))
        {
            Do(new ShardInput.SnapshotDue());
        }
        else if (_time.GetElapsedTime(_sweptAt) >= SweepPause)
        {
            _sweptAt = _time.GetTimestamp();
            _isSweeping = true;
            _worker.Tell(new ShardWork.Sweep(open, graph.Histories));
        }
    }

    private sealed class Over
    {
        public static readonly Over Instance = new();
    }

    private sealed class LookAround
    {
        public static readonly LookAround Instance = new();
    }
}
