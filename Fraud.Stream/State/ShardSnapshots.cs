using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.State;

/// <summary>Writes what changed of a shard's cards to the store, so that a take-over has little to replay. One caller at a time.</summary>
public sealed class ShardSnapshots(IShardStore store, int shard, StreamMetrics metrics, ILogger<ShardSnapshots> log)
{
    // Null while it is not known: a write before had no answer.
    private long? _position;

    /// <summary>The shard was claimed.</summary>
    public void Begin(ShardHead claimed) => _position = claimed.SnapshotSequence;

    /// <summary>Writes what a marker picked up; or leaves it for the next one, when the store is away.</summary>
    /// <param name="inMemory">Cards that may stay in memory; more are put away when they are idle.</param>
    public void Save(ShardMarker marker, int inMemory)
    {
        if (marker.Captured is not { } captured)
        {
            return;
        }

        var cards = marker.Shard.Cards;
        var started = metrics.Time.GetTimestamp();
        var isWritten = false;
        try
        {
            isWritten = TryWrite(marker);
        }
        catch (StoreUnavailableException error)
        {
            _position = null;
            StreamLog.SnapshotPutOff(log, error.Message);
        }
        finally
        {
            if (!isWritten)
            {
                // Whatever the reason. Refused may mean another node, which needs nothing of this; or a write before, without an answer,
                // that landed meanwhile: then the next position would pass over cards that count as written.
                cards.Restore(captured);
            }
        }

        if (!isWritten)
        {
            return;
        }

        metrics.CardsDropped(captured.Expired.Count);
        StreamLog.SnapshotSaved(log, shard, captured.Changed.Count, marker.Sequence, metrics.Time.GetElapsedTime(started));
        if (marker.Kind == MarkerKind.Snapshot && cards.PutAwayIdle(inMemory) is > 0 and var put)
        {
            StreamLog.CardsPutAway(log, shard, put);
        }
    }

    private bool TryWrite(ShardMarker marker)
    {
        var captured = marker.Captured!;
        var from = _position ??= store.ReadHeads([shard])[0].SnapshotSequence;
        var isWritten = store.SaveCards(new CardSnapshot(
            new SnapshotMove(shard, marker.Shard.Generation, from, marker.Sequence),
            marker.Labels,
            [.. captured.Changed.Select(static card => new CardState(card.Key, card.Value))],
            captured.Expired));
        _position = isWritten ? marker.Sequence : null;
        return isWritten;
    }
}
