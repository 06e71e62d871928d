using System.Globalization;
using Akka.Actor;
using Akka.Pattern;
using Akka.Persistence;
using Fraud.Stream.Events;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;
using AkkaBackoff = Akka.Pattern.Backoff;

namespace Fraud.Stream.Shards;

/// <summary>
/// Keeps the last events of a shard in Akka.Persistence's journal, whichever node has the shard. A child of its
/// <see cref="ShardActor"/>, which never waits for it: it may fail and be away for as long as it likes.
/// </summary>
/// <remarks>
/// It fails by stopping, as Akka.Persistence has it, and its supervisor starts another one after a growing pause. Two of a shard may live
/// for a moment, where the node before still writes: the index on (persistence_id, sequence_number) lets one of them write, the other
/// recovers and is told again. Events that came before a snapshot are deleted, so its rows do not grow.
/// </remarks>
public sealed class ShardHistory : ReceivePersistentActor
{
    // As of every part: nodes that failed together do not come back together.
    private const double Jitter = 0.2;

    private readonly int _shard;
    private readonly int _kept;
    private readonly ShardTimeline _timeline;
    private readonly IActorRef _owner;
    private readonly ILogger _log;
    private ShardPast _past = ShardPast.Empty;

    /// <param name="owner">Told <see cref="HistoryUp"/> and <see cref="EventStored"/>.</param>
    /// <param name="file">Where the journal is SQLite: its tables.</param>
    public ShardHistory(int shard, IActorRef owner, ShardTimeline timeline, EventsFile file, ILogger<ShardHistory> log)
    {
        _shard = shard;
        _kept = timeline.Kept;
        _timeline = timeline;
        _owner = owner;
        _log = log;
        try
        {
            file.Ensure();
        }
        catch (Exception error)
        {
            StreamLog.HistoryAway(_log, _shard, error.InnerException?.Message ?? error.Message);
            throw;
        }

        Recover<SnapshotOffer>(offer => offer.Snapshot is ShardPast, offer => { _past = (ShardPast)offer.Snapshot; });
        Recover<ShardEvent>(happened => { _past = _past.Add(happened, _kept); });
        Recover<RecoveryCompleted>(_ => Begin());
        Command<ShardEvent>(Take);
        Command<SaveSnapshotSuccess>(saved => Prune(saved.Metadata.SequenceNr));
        // What could not be written or deleted is with the next snapshot.
        Command<SaveSnapshotFailure>(failed => StreamLog.HistoryNotPruned(_log, _shard, failed.Cause.Message));
        Command<DeleteMessagesFailure>(failed => StreamLog.HistoryNotPruned(_log, _shard, failed.Cause.Message));
        Command<DeleteSnapshotsFailure>(failed => StreamLog.HistoryNotPruned(_log, _shard, failed.Cause.Message));
        Command<DeleteMessagesSuccess>(static _ => { });
        Command<DeleteSnapshotsSuccess>(static _ => { });
    }

    public override string PersistenceId => string.Create(CultureInfo.InvariantCulture, $"shard-{_shard}");

    // Half of what is kept: then the journal holds no more than half of it again.
    private int EventsPerSnapshot => Math.Max(1, _kept / 2);

    /// <summary>The history under its supervisor, which never gives up.</summary>
    /// <param name="history">Makes a <see cref="ShardHistory"/>.</param>
    public static Props Supervised(Props history, LifecycleOptions options) => BackoffSupervisor.Props(
        AkkaBackoff.OnStop(history.WithDispatcher(EventsConfig.Dispatcher), "journal", options.RestartMin, options.RestartMax, Jitter, maxNrOfRetries: -1)
            .WithAutoReset(options.RestartMax)
            // However it fails it stops, and what stopped is started.
            .WithSupervisorStrategy(new OneForOneStrategy(static _ => Directive.Stop)));

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        StreamLog.HistoryAway(_log, _shard, reason.GetBaseException().Message);

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        StreamLog.HistoryAway(_log, _shard, cause.GetBaseException().Message);

    private void Begin()
    {
        _timeline.Stored(_shard, _past);
        _owner.Tell(HistoryUp.Instance);
    }

    private void Take(ShardEvent happened)
    {
        if (_past.Has(happened))
        {
            _owner.Tell(new EventStored(happened));
            return;
        }

        Persist(happened, stored =>
        {
            _past = _past.Add(stored, _kept);
            _timeline.Stored(_shard, _past);
            _owner.Tell(new EventStored(stored));
            if (LastSequenceNr % EventsPerSnapshot == 0)
            {
                SaveSnapshot(_past);
            }
        });
    }

    private void Prune(long upTo)
    {
        DeleteMessages(upTo);
        DeleteSnapshots(new SnapshotSelectionCriteria(upTo - 1));
    }
}
