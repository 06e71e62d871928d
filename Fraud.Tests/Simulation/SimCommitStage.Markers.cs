using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

// What a marker means once all before it is stored (rule 7).
internal sealed partial class SimCommitStage
{
    /// <summary>The seeded bug that writes a snapshot where it was encoded: the position is the one that happens to be stored.</summary>
    public void Save(LaneItem marker)
    {
        if (_cursors.TryGetValue(marker.Shard, out var cursor) && cursor.Takes(marker.Generation))
        {
            var move = cursor.Snapshot();
            if (move.To > move.From)
            {
                _cursors[marker.Shard] = cursor.After(move);
                _world.Network.Call(node, () => _world.Store.SaveSnapshot(move, marker.Content!), static _ => { }, static () => { });
            }
        }
    }

    private void Markers(Queue<LaneItem> markers)
    {
        if (lane.HasEnded)
        {
            return;
        }

        while (markers.TryDequeue(out var marker))
        {
            if (marker.Marker == MarkerKind.Open)
            {
                _cursors[marker.Shard] = CommitCursor.At(marker.Head!);
            }
            else if (_cursors.TryGetValue(marker.Shard, out var cursor) && cursor.Takes(marker.Generation))
            {
                var move = _world.Model.Snapshot(cursor);
                if (move.To > move.From && !_world.Model.WritesSnapshotAtFeatures)
                {
                    Save(marker, move, markers, mayLand: false);
                    return;
                }

                Done(marker);
            }
        }

        _round++;
        Begin();
    }

    private void Save(LaneItem marker, SnapshotMove move, Queue<LaneItem> others, bool mayLand)
    {
        if (lane.HasEnded)
        {
            return;
        }

        _world.Note(TraceKind.Snapshot, node.Index, marker.Shard, move.From, move.To);
        _world.Network.Call(
            node,
            () => _world.Store.SaveSnapshot(move, marker.Content!),
            isSaved =>
            {
                if (isSaved || !mayLand)
                {
                    Saved(marker, move, others, isSaved);
                }
                else
                {
                    Ask(marker, move, others);
                }
            },
            () => Ask(marker, move, others));
    }

    private void Ask(LaneItem marker, SnapshotMove move, Queue<LaneItem> others)
    {
        if (lane.HasEnded)
        {
            return;
        }

        node.After(_world.Random.Ms(20, 200), () => _world.Network.Call(
            node,
            () => _world.Store.Head(marker.Shard),
            head =>
            {
                switch (CommitDecisions.Decide(head, move))
                {
                    case CommitDecision.WriteAgain:
                        Save(marker, move, others, mayLand: true);
                        break;
                    case var decided:
                        Saved(marker, move, others, decided == CommitDecision.Done);
                        break;
                }
            },
            () => Ask(marker, move, others)));
    }

    private void Saved(LaneItem marker, SnapshotMove move, Queue<LaneItem> others, bool isSaved)
    {
        if (lane.HasEnded)
        {
            return;
        }

        if (!isSaved)
        {
            Lose(marker.Shard, marker.Generation);
        }
        else if (_cursors.TryGetValue(marker.Shard, out var cursor) && cursor.Takes(marker.Generation))
        {
            _world.Note(TraceKind.Saved, node.Index, marker.Shard, move.From, move.To);
            _cursors[marker.Shard] = cursor.After(move);
            Done(marker);
        }

        Markers(others);
    }

    private void Done(LaneItem marker)
    {
        if (marker.Marker == MarkerKind.HandOver)
        {
            _cursors.Remove(marker.Shard);
        }

        node.Shard(marker.Shard)?.Tell(new ShardInput.MarkerDone(marker.Marker!.Value, marker.Generation));
    }
}
