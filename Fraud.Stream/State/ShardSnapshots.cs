using Fraud.Model.History;
using Fraud.Stream.Cluster;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.State;

/// <summary>
/// Writes what changed of the shards' cards, and the terminals, to the store every so often, so that a take-over
/// has little to replay; puts idle cards away; drops silent ones; prunes the journals. One thread.
/// </summary>
public sealed class ShardSnapshots(
    IShardStore store,
    Profile profile,
    ShardLeases leases,
    ShardProgress progress,
    TerminalFeed terminals,
    LaneRouter lanes,
    SilentCards silent,
    ClusterOptions options,
    StreamMetrics metrics,
    TimeProvider time,
    ILogger<ShardSnapshots> log)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    // A lane stands still while its payments in flight are stored, some milliseconds. With a store slower than this
    // the snapshot is put off instead.
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromMilliseconds(250);

    // And then for so long, so that a store that stays slow costs a lane no more than a tenth of its time.
    private static readonly TimeSpan PutOff = 10 * LongestStandstill;

    // The shard whose owner also writes the terminals: any would do, but one node has to.
    private const int TerminalsShard = 0;

    // From the capture of a shard's cards until they are stored: a second snapshot in between would say that the
    // store has what is still on its way there.
    private readonly Lock _saving = new();
    private readonly long[] _saved = new long[profile.Shards];
    private readonly long[] _putOff = new long[profile.Shards];
    private readonly Queue<(long At, int Shard, long UpTo)> _prunable = new();
    private long _terminalsSaved = time.GetTimestamp();
    private long _count;

    /// <summary>Snapshots written.</summary>
    public long Count => Interlocked.Read(ref _count);

    public void Run(CancellationToken stop)
    {
        Array.Fill(_saved, time.GetTimestamp());
        while (!stop.WaitHandle.WaitOne(Look))
        {
            try
            {
                for (var shard = 0; shard < profile.Shards; shard++)
                {
                    if (profile.CardsOf(shard) is { } cards && IsDue(shard, cards))
                    {
                        SaveRunning(shard, cards, stop);
                    }
                }

                SaveTerminals();
                Prune();
                lock (_saving)
                {
                    // Not while a capture is on its way to the store: its cards count as unchanged by then.
                    silent.Step();
                }
            }
            catch (StoreUnavailableException error)
            {
                StreamLog.SnapshotPutOff(log, error.Message);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Writes what changed of a shard that was closed and has nothing in flight.</summary>
    /// <param name="labels">Position of the label journal at which it was closed.</param>
    public void SaveClosed(int shard, ShardCards cards, long labels, long generation)
    {
        lock (_saving)
        {
            TrySave(shard, cards, generation, new Captured(terminals.PositionOf(shard), labels, cards.Capture()));
        }
    }

    private bool IsDue(int shard, ShardCards cards)
    {
        if (_putOff[shard] != 0 && time.GetElapsedTime(_putOff[shard]) < PutOff)
        {
            return false;
        }

        var dirty = cards.DirtyCount;
        return dirty >= options.SnapshotCards
            || (dirty > 0 && time.GetElapsedTime(_saved[shard]) >= options.SnapshotInterval);
    }

    private void SaveRunning(int shard, ShardCards cards, CancellationToken stop)
    {
        lock (_saving)
        {
            var generation = leases.GenerationOf(shard);
            var captured = new TaskCompletionSource<Captured?>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!lanes.TryPost(shard, () => captured.SetResult(CaptureWhenQuiet(shard, cards))))
            {
                return;
            }

            captured.Task.Wait(stop);
            if (captured.Task.Result is not { } capture)
            {
                _putOff[shard] = time.GetTimestamp();
                StreamLog.SnapshotPutOff(log, $"shard {shard} had payments in flight for {LongestStandstill}, or was closed");
                return;
            }

            _putOff[shard] = 0;
            var limit = options.MaxCardsInMemory / Math.Max(1, Enumerable.Range(0, leases.Shards).Count(leases.Holds));
            if (TrySave(shard, cards, generation, capture) && cards.PutAwayIdle(limit) is > 0 and var put)
            {
                StreamLog.CardsPutAway(log, shard, put);
            }
        }
    }

    private Captured? CaptureWhenQuiet(int shard, ShardCards cards)
    {
        var started = time.GetTimestamp();
        var spin = default(SpinWait);
        while (!progress.IsQuiet(shard))
        {
            if (time.GetElapsedTime(started) > LongestStandstill)
            {
                return null;
            }

            spin.SpinOnce();
        }

        return Capture(shard, cards);
    }

    private Captured? Capture(int shard, ShardCards cards)
    {
        lock (terminals.Gate)
        {
            // Closed meanwhile, it gets no more labels: the position would promise too much.
            return profile.CardsOf(shard) != cards ? null : new Captured(terminals.PositionOf(shard), terminals.Labels, cards.Capture());
        }
    }

    private bool TrySave(int shard, ShardCards cards, long generation, Captured captured)
    {
        var started = time.GetTimestamp();
        try
        {
            store.SaveCards(new CardSnapshot(
                shard,
                generation,
                captured.Sequence,
                captured.Labels,
                [.. captured.Cards.Changed.Select(static card => new CardState(card.Key, card.Value))],
                captured.Cards.Expired));
        }
        catch (StoreUnavailableException)
        {
            cards.Restore(captured.Cards);
            throw;
        }
        catch (ShardsFencedException)
        {
            // Another node has it; this one hears so at its next commit or look into the store.
            return false;
        }

        Interlocked.Increment(ref _count);
        metrics.CardsDropped(captured.Cards.Expired.Count);
        _saved[shard] = time.GetTimestamp();
        StreamLog.SnapshotSaved(log, shard, captured.Cards.Changed.Count, captured.Sequence, time.GetElapsedTime(started));
        return true;
    }

    private void SaveTerminals()
    {
        if (!leases.Holds(TerminalsShard) || time.GetElapsedTime(_terminalsSaved) < options.SnapshotInterval)
        {
            return;
        }

        if (store.ReadShards().All(row => row.Shard != TerminalsShard || row.Generation != leases.GenerationOf(TerminalsShard)))
        {
            // This node stood still, and another does this by now. An older snapshot could miss pages that are pruned.
            return;
        }

        var snapshot = terminals.Capture();
        store.SaveTerminals(snapshot);
        _terminalsSaved = time.GetTimestamp();
        foreach (var row in store.ReadShards())
        {
            var upTo = Math.Min(row.SnapshotSequence, snapshot.Sequences.GetValueOrDefault(row.Shard));
            if (upTo > 0)
            {
                _prunable.Enqueue((_terminalsSaved, row.Shard, upTo));
            }
        }
    }

    /// <summary>Pages go when snapshots have contained them for long enough that no following node still needs them.</summary>
    private void Prune()
    {
        while (_prunable.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= options.JournalRetention)
        {
            store.PruneJournal(oldest.Shard, oldest.UpTo);
            _prunable.Dequeue();
        }
    }

    private sealed record Captured(long Sequence, long Labels, CapturedCards Cards);
}
