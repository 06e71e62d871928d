using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>
/// One instance of a node's graph: bounded queue, feature stage, commit stage. First in, first out (rule 6); features go on while a commit
/// is at the store.
/// </summary>
internal sealed class SimLane
{
    private const int Capacity = 48;

    private readonly SimNode _node;
    private readonly SimWorld _world;
    private readonly Queue<LaneItem> _queue = new();
    private readonly Dictionary<int, LaneShard> _shards = [];
    private readonly SimCommitStage _commits;
    private bool _isPlanned;

    public SimLane(SimNode node)
    {
        _node = node;
        _world = node.World;
        _commits = new SimCommitStage(node, this);
    }

    public bool HasEnded { get; private set; }

    public void Offer(SimPayment payment, long generation, TimeSpan deadline, Action<SimReply> reply)
    {
        if (_queue.Count >= Capacity)
        {
            reply(SimReply.Refused);
            return;
        }

        Enqueue(LaneItem.OfHttp(payment, generation, deadline, reply));
    }

    public bool TryOffer(LaneItem item)
    {
        if (_queue.Count >= Capacity)
        {
            return false;
        }

        Enqueue(item);
        return true;
    }

    /// <summary>Markers are few and never refused.</summary>
    public void Mark(LaneItem marker) => Enqueue(marker);

    /// <summary>The shard's state is no more; what is under way under its generation is dropped where it is met.</summary>
    public void Drop(int shard, long generation)
    {
        if (_shards.TryGetValue(shard, out var state) && state.Generation == generation)
        {
            _shards.Remove(shard);
        }

        _commits.Drop(shard, generation);
    }

    /// <summary>The instance failed: all tickets are answered, nothing goes on (rule 18).</summary>
    public void End()
    {
        HasEnded = true;
        foreach (var item in _queue)
        {
            item.Reply?.Invoke(SimReply.Moved);
        }

        _queue.Clear();
        _commits.End();
    }

    /// <summary>The commit stage has room again.</summary>
    public void Continue()
    {
        if (!_isPlanned && !HasEnded && _queue.Count > 0)
        {
            _isPlanned = true;
            _node.After(_world.Random.Ms(0.05, 1), Features);
        }
    }

    private void Enqueue(LaneItem item)
    {
        _queue.Enqueue(item);
        Continue();
    }

    private void Features()
    {
        _isPlanned = false;
        while (!HasEnded && _commits.HasRoom && _queue.TryDequeue(out var item))
        {
            if (item.Marker is { } kind)
            {
                Mark(kind, item);
            }
            else
            {
                Count(item);
            }
        }
    }

    private void Mark(MarkerKind kind, LaneItem item)
    {
        if (kind == MarkerKind.Open)
        {
            _shards[item.Shard] = item.State!;
        }
        else if (_shards.TryGetValue(item.Shard, out var state) && state.Generation == item.Generation)
        {
            item.Content = state.Encode();
            if (_world.Model.WritesSnapshotAtFeatures)
            {
                _commits.Save(item);
            }

            if (kind == MarkerKind.HandOver)
            {
                _shards.Remove(item.Shard);
            }
        }
        else
        {
            return;
        }

        _commits.Add(item);
    }

    private void Count(LaneItem item)
    {
        var model = _world.Model;
        if (!_shards.TryGetValue(item.Shard, out var state) || (state.Generation != item.Generation && !model.TakesOldGenerations))
        {
            item.Reply?.Invoke(SimReply.Moved);
            return;
        }

        if (item.Reply is not null && item.Deadline <= _node.LocalNow)
        {
            item.Reply(SimReply.Expired);
            return;
        }

        item.State = state;
        TakeBack(item, state);
        for (var i = 0; i < item.Payments.Count; i++)
        {
            var payment = item.Payments[i];
            var known = state.Window.Look(payment.Id, out var score);
            if (known == RepeatKind.First || (known == RepeatKind.InFlight && !model.KnowsRepeatsInFlight))
            {
                score = state.Count(payment);
                if (known == RepeatKind.First)
                {
                    state.Window.Enter(payment.Id, score);
                }

                item.Entries.Add(new PageEntry(payment, item.FirstOffset < 0 ? -1 : item.FirstOffset + i, score));
            }
            else
            {
                _world.Note(TraceKind.Repeat, _node.Index, item.Shard, payment.Id, (long)known);
            }

            item.Score = score;
        }

        if (item.Reply is { } reply && (item.Entries.Count > 0 ? model.AnswersBeforeTheCommit : model.AnswersRepeatsInFlight))
        {
            _world.Checker.Answered(item.Payments[0].Id, item.Shard, item.Score);
            reply(new SimReply(ReplyKind.Answer, item.Score));
        }

        _commits.Add(item);
    }

    private void TakeBack(LaneItem item, LaneShard state)
    {
        foreach (var (repeat, place) in item.Retractions)
        {
            _world.Note(TraceKind.TakeBack, _node.Index, item.Shard, place.Sequence, place.Ordinal);
            state.TakeBack(repeat);
            if (_world.Model.WritesRetractions)
            {
                item.Entries.Add(PageEntry.Retraction(repeat, place));
            }
        }
    }
}
