using Fraud.Model.History;
using Fraud.Stream.Cluster;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.State;

/// <summary>
/// Writes what changed of the shards' cards, and the terminals, to the store every so often, so that a take-over
/// has little to replay; puts idle cards away; prunes the journals. One thread.
/// </summary>
public sealed class ShardSnapshots(
    IShardStore store,
    Profile profile,
    ShardLeases leases,
    ShardProgress progress,
    TerminalFeed terminals,
    LaneRouter lanes,
    ClusterOptions options,
    TimeProvider time,
    ILogger<ShardSnapshots> log)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    // A lane stands still while its payments in flight are stored, some milliseconds. With a store slower than this
    // the snapshot is put off instead.
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromMilliseconds(250);

    // The shard whose owner also writes the terminals: any would do, but one node has to.
    private const int TerminalsShard = 0;

    private readonly long[] _saved = new long[profile.Shards];
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
            }
            catch (StoreUnavailableException error)
            {
                StreamLog.SnapshotPutOff(log, error.Message);
            }
        }
    }

    /// <summary>Writes what changed of a shard that was closed and has nothing in flight.</summary>
    /// <param name="labels">Position of the label journal at which it was closed.</param>
    public void SaveClosed(int shard, ShardCards cards, long labels, long generation) =>
        Save(shard, cards, generation, new Captured(terminals.PositionOf(shard), labels, cards.Capture()));

    private bool IsDue(int shard, ShardCards cards)
    {
        var dirty = cards.DirtyCount;
        return dirty >= options.SnapshotCards
            || (dirty > 0 && time.GetElapsedTime(_saved[shard]) >= options.SnapshotInterval);
    }

    private void SaveRunning(int shard, ShardCards cards, CancellationToken stop)
    {
        var generation = leases.GenerationOf(shard);
        var captured = new TaskCompletionSource<Captured?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!lanes.TryPost(shard, () => captured.SetResult(CaptureWhenQuiet(shard, cards))))
        {
            return;
        }

        captured.Task.Wait(stop);
        if (captured.Task.Result is { } capture)
        {
            Save(shard, cards, generation, capture);
            var put = cards.PutAwayIdle(options.MaxCardsInMemory / Math.Max(1, Enumerable.Range(0, leases.Shards).Count(leases.Holds)));
            if (put > 0)
            {
                StreamLog.CardsPutAway(log, shard, put);
            }
        }
        else
        {
            StreamLog.SnapshotPutOff(log, $"shard {shard} had payments in flight for {LongestStandstill}");
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

    private Captured Capture(int shard, ShardCards cards)
    {
        lock (terminals.Gate)
        {
            return new Captured(terminals.PositionOf(shard), terminals.Labels, cards.Capture());
        }
    }

    private void Save(int shard, ShardCards cards, long generation, Captured captured)
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
            return;
        }

        Interlocked.Increment(ref _count);
        _saved[shard] = time.GetTimestamp();
        StreamLog.SnapshotSaved(log, shard, captured.Cards.Changed.Count, captured.Sequence, time.GetElapsedTime(started));
    }

    private void SaveTerminals()
    {
        if (!leases.Holds(TerminalsShard) || time.GetElapsedTime(_terminalsSaved) < options.SnapshotInterval)
        {
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
