using Confluent.Kafka;
using Fraud.Stream.Batching;
using Fraud.Stream.Ingest;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Kafka;

/// <summary>
/// What the consumer's thread does, again and again: follow commands, hand over what is held, pause and resume, read. Only
/// <see cref="Stop"/> and <see cref="End"/> may be called from other threads.
/// </summary>
#pragma warning disable CA1001 // The event's kernel handle is never asked for, so there is nothing to dispose of.
internal sealed partial class ConsumerLoop
#pragma warning restore CA1001
{
    // How long a command, or the demand of a lane, may wait while the thread waits for records. A hundred calls a second cost nothing.
    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(10);

    // While something is held: its lane may take it at any time.
    private static readonly TimeSpan HoldingWait = TimeSpan.FromMilliseconds(1);

    // A lane that is full stands still for so long before its partitions are paused although no other lane waits: a pause
    // throws away what the client had fetched ahead.
    private static readonly TimeSpan PauseAfter = TimeSpan.FromMilliseconds(100);

    // Of a full batch each: one leaves while another comes, and as much again bridges a poll.
    internal const int MostHeldBatches = 4;

    private readonly PartitionsSettings _settings;
    private readonly RecordReader _reader;
    private readonly MicroBatchPool _batches;
    private readonly SourceCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly PartitionTable _table;
    private readonly PartitionLanes _lanes;
    private readonly StoredOffsets _stored;
    private readonly ClientKeeper _keeper;
    private readonly StalledPartitions _stalled;
    private readonly Func<int, bool> _isPaused;
    private long _toldAt;
    private long? _drainingSince;
    private volatile bool _isStopping;
    private volatile bool _isEnded;
    private bool _isQuiet;
    private PartitionsClient? _client;

    public ConsumerLoop(
        PartitionsSettings settings, RecordReader reader, MicroBatchPool batches, SourceCounters counters, TimeProvider time, ILogger log)
    {
        _settings = settings;
        _reader = reader;
        _batches = batches;
        _counters = counters;
        _time = time;
        _log = log;
        _table = new PartitionTable(settings.Kafka.Partitions);
        _stored = new StoredOffsets(settings.Kafka.Partitions);
        var mostHeld = MostHeldBatches * batches.BatchCapacity;
        _lanes = new PartitionLanes(
            _table,
            [.. Enumerable.Range(0, settings.Lanes).Select(_ =>
                new Lane(new LaneQueue(settings.QueueCapacity, Wake.Set), new LanePause(PauseAfter, time), mostHeld))],
            counters);
        Commands = new PartitionCommands(2 * settings.Kafka.Partitions, Wake.Set);
        _keeper = new ClientKeeper(settings, reader, counters, time, log, Wake.Set);
        _stalled = new StalledPartitions(settings.EndOf, time);
        _isPaused = partition => _lanes.LaneOf(partition).IsPaused;
    }

    // Set when a lane took something, a command waits, or the end has come.
    private ManualResetEventSlim Wake { get; } = new(initialState: false, spinCount: 10);

    public PartitionCommands Commands { get; }

    public IReadOnlyList<Lane> Lanes => _lanes.Lanes;

    /// <summary>Completes when no lane takes anything more: stopped and drained, cancelled by the graph, or ended.</summary>
    public TaskCompletionSource Quiet { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Read no more; hand over what was read, then complete the lanes.</summary>
    public void Stop()
    {
        _isStopping = true;
        Wake.Set();
    }

    /// <summary>Ends the thread at once.</summary>
    public void End()
    {
        _isEnded = true;
        Wake.Set();
    }

    /// <summary>The store holds it. Of several before the thread looks, the last one counts.</summary>
    public void Stored(CommittableOffset offset) => _stored.Put(offset);

    /// <summary>Runs until it is ended, or fails.</summary>
    public void Run()
    {
        Exception? failure = null;
        try
        {
            while (!_isEnded)
            {
                Wake.Reset();
                Turn();
            }
        }
        catch (Exception error)
        {
            // Nothing here can be relied on any more: the owner of the graph starts new ones of both.
            PartitionsLog.Failed(_log, error);
            failure = error;
        }

        Leave(failure);
    }

    private void Turn()
    {
        FollowCommands();
        _lanes.HandOver();
        if (_isStopping || _lanes.IsAnyCancelled)
        {
            Drain();
            // The graph still stores what it has, and lag tools want to see that.
            TellStored(_client);
            Wait(IdleWait);
            return;
        }

        try
        {
            Read();
        }
        catch (KafkaException error)
        {
            _client = null;
            _keeper.Failed(error);
        }
    }

    private void FollowCommands()
    {
        while (Commands.TryRead(out var command))
        {
            command.Reply(_lanes.Follow(command, isEnding: _isStopping));
        }
    }

    // Ending wakes, so that the time need not be cancelled.
    private void Wait(TimeSpan longest) => _ = Wake.Wait(longest, CancellationToken.None);

    /// <summary>
    /// Reads no more, and ends the lanes: each when it has what was read for it; all of them when one stopped taking, or it is late.
    /// </summary>
    private void Drain()
    {
        if (_isQuiet)
        {
            return;
        }

        if (_drainingSince is null)
        {
            _drainingSince = _time.GetTimestamp();
            PauseAll();
        }

        // A graph of which a part stopped reading is done for, and the others' partitions with it (rule 18 of docs/decisions/0011).
        if (_lanes.IsAnyCancelled)
        {
            _lanes.Abort(failure: null);
        }
        else if (_time.GetElapsedTime(_drainingSince.Value) > _settings.Kafka.DrainTimeout)
        {
            PartitionsLog.DrainDeadline(_log, _settings.Kafka.DrainTimeout);
            _lanes.Abort(failure: null);
        }
        else
        {
            _lanes.EndThoseDone();
        }

        if (_lanes.AreDone)
        {
            _isQuiet = true;
            _isStopping = true;
            Rest();
            Quiet.TrySetResult();
        }
    }

    private void PauseAll()
    {
        try
        {
            _client?.Pause(_table.Assigned);
        }
        catch (KafkaException error)
        {
            // What it returns is not taken either way.
            PartitionsLog.ClientError(_log, error.Error.Code, error.Error.Reason);
        }
    }

    private void TellStored(PartitionsClient? client)
    {
        if (_time.GetElapsedTime(_toldAt) < _settings.Kafka.CommitInterval)
        {
            return;
        }

        _toldAt = _time.GetTimestamp();
        foreach (var partition in _table.Assigned)
        {
            if (_stored.TryMove(partition))
            {
                _counters.Stored(partition.Partition, partition.Stored);
            }

            if (partition.Stored >= 0)
            {
                client?.Tell(partition);
            }
        }
    }

    private void Rest()
    {
        _counters.PausedPartitions = 0;
        _counters.State = SourceState.Stopped;
    }

    private void Leave(Exception? failure)
    {
        _lanes.Abort(failure);
        Commands.Complete();
        if (failure is null)
        {
            _toldAt = 0;
            TellStored(_client);
        }

        _keeper.Close();
        _counters.ForgetAll();
        _counters.Partitions = 0;
        Rest();
        if (failure is null)
        {
            Quiet.TrySetResult();
        }
        else
        {
            Quiet.TrySetException(failure);
        }
    }
}
