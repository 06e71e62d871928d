using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>
/// Stands for the PersistenceStage: takes what waits, splits it into rounds, commits a page of each shard at once by the product's
/// <see cref="GroupCommit"/>, then does what the markers of the round mean. One round at a time.
/// </summary>
internal sealed partial class SimCommitStage(SimNode node, SimLane lane)
{
    private const int Capacity = 64;
    private const int MaxItems = 24;

    private readonly SimWorld _world = node.World;
    private readonly Queue<LaneItem> _queue = new();
    private readonly Dictionary<int, CommitCursor> _cursors = [];
    private readonly CommitRounds _rounds = new();
    private readonly List<(int Round, LaneItem Item)> _taken = [];
    private readonly Dictionary<int, byte[]> _pages = [];
    private int _round;
    private bool _isBusy;

    public bool HasRoom => _queue.Count < Capacity;

    public void Add(LaneItem item)
    {
        _queue.Enqueue(item);
        Pump();
    }

    public void Drop(int shard, long generation)
    {
        if (_cursors.TryGetValue(shard, out var cursor) && cursor.Takes(generation))
        {
            _cursors.Remove(shard);
        }
    }

    public void End()
    {
        foreach (var item in _queue.Concat(_taken.Where(taken => taken.Round >= _round).Select(static taken => taken.Item)))
        {
            item.Reply?.Invoke(SimReply.Moved);
        }

        _queue.Clear();
        _taken.Clear();
    }

    private void Pump()
    {
        if (_isBusy || _queue.Count == 0)
        {
            return;
        }

        _isBusy = true;
        node.After(_world.Random.Ms(0.02, 8), Take);
    }

    private void Take()
    {
        if (lane.HasEnded)
        {
            return;
        }

        _rounds.Clear();
        _taken.Clear();
        List<LaneItem> items = [];
        while (items.Count < MaxItems && _queue.TryDequeue(out var item))
        {
            items.Add(item);
        }

        foreach (var item in _world.Model.Order(items))
        {
            _taken.Add((_world.Model.Round(_rounds, item.Shard, item.Marker is not null), item));
        }

        lane.Continue();
        _round = 0;
        Begin();
    }

    private void Begin()
    {
        if (_taken.TrueForAll(taken => taken.Round < _round))
        {
            _isBusy = false;
            Pump();
            return;
        }

        _pages.Clear();
        List<ShardCommit> commits = [];
        var id = _world.Random.Guid();
        foreach (var ofShard in Payments().GroupBy(static item => item.Shard).OrderBy(static group => group.Key))
        {
            List<PageEntry> entries = [];
            long? nextOffset = null;
            var isCommit = false;
            foreach (var item in ofShard)
            {
                if (IsTaken(item))
                {
                    entries.AddRange(item.Entries);
                    nextOffset = item.NextOffset ?? nextOffset;
                    isCommit |= item.Entries.Count > 0 || item.NextOffset is not null;
                }
                else
                {
                    item.Reply?.Invoke(SimReply.Moved);
                }
            }

            if (isCommit)
            {
                // A service takes it, because a topic may be created again; none is here.
                if (nextOffset < _cursors[ofShard.Key].NextOffset)
                {
                    throw new InvalidOperationException($"Shard {ofShard.Key} is stored up to offset {_cursors[ofShard.Key].NextOffset}, and goes back to {nextOffset}.");
                }

                commits.Add(_world.Model.Next(_cursors[ofShard.Key], nextOffset, id));
                _pages[ofShard.Key] = SimPage.Encode(entries);
            }
        }

        Apply(new GroupStep(GroupCommit.Begin(commits), [], []));
    }

    private IEnumerable<LaneItem> Items() => _taken.Where(taken => taken.Round == _round).Select(static taken => taken.Item);

    private IEnumerable<LaneItem> Payments() => Items().Where(static item => item.Marker is null);

    private bool IsTaken(LaneItem item) =>
        _cursors.TryGetValue(item.Shard, out var cursor) && _world.Model.Takes(cursor, item.Generation);

    private void Apply(GroupStep step)
    {
        if (lane.HasEnded)
        {
            return;
        }

        foreach (var done in step.Done)
        {
            _world.Note(TraceKind.Committed, node.Index, done.Shard, done.Generation, done.Sequence);
            if (_cursors.TryGetValue(done.Shard, out var cursor) && cursor.Takes(done.Generation))
            {
                _cursors[done.Shard] = cursor.After(done);
            }

            node.Committed(new FollowedPage(done.Shard, done.Generation, done.Sequence, _pages[done.Shard]));
            foreach (var item in Payments().Where(item => item.Shard == done.Shard))
            {
                foreach (var entry in item.Entries.Where(static entry => !entry.IsRetraction))
                {
                    item.State!.Window.Store(entry.Payment.Id, entry.Score, timeMs: 0);
                }
            }
        }

        foreach (var lost in step.Lost)
        {
            Lose(lost.Shard, lost.Generation);
        }

        var group = step.Next;
        switch (group.Action)
        {
            case GroupAction.Write:
                Write(group);
                break;
            case GroupAction.ReadHeads:
                node.After(_world.Random.Ms(20, 200), () => ReadHeads(group));
                break;
            default:
                Answer();
                Markers(new Queue<LaneItem>(Items().Where(static item => item.Marker is not null)));
                break;
        }
    }

    private void Write(GroupCommit group)
    {
        ShardPage[] pages = [.. group.Pending.Select(commit => new ShardPage(commit, _pages[commit.Shard]))];
        _world.Note(TraceKind.Commit, node.Index, pages[0].Commit.Shard, pages.Length, pages[0].Commit.Sequence);
        _world.Network.Call(
            node,
            () => _world.Store.Commit(pages),
            missing =>
            {
                if (missing.Count > 0)
                {
                    _world.Note(TraceKind.Missing, node.Index, missing[0], missing.Count);
                }

                Apply(_world.Model.Written(group, missing));
            },
            () =>
            {
                _world.Note(TraceKind.Unknown, node.Index, pages[0].Commit.Shard, pages[0].Commit.Sequence);
                Apply(_world.Model.Unknown(group));
            });
    }

    private void ReadHeads(GroupCommit group)
    {
        if (lane.HasEnded)
        {
            return;
        }

        int[] shards = [.. group.Pending.Select(static commit => commit.Shard)];
        _world.Network.Call(
            node,
            () => _world.Store.ReadHeads(shards),
            heads =>
            {
                _world.Note(TraceKind.Heads, node.Index, shards[0], heads[0].Generation, heads[0].Sequence);
                Apply(_world.Model.Read(group, heads));
            },
            () => Apply(_world.Model.Unknown(group)));
    }

    /// <summary>Behind the commit of the round each payment is answered with what is stored of its first (rule 14).</summary>
    private void Answer()
    {
        foreach (var item in Payments())
        {
            if (item.Reply is not { } reply)
            {
                continue;
            }

            if (!IsTaken(item))
            {
                reply(SimReply.Moved);
                continue;
            }

            // What is stored may have left the window by now, and a repeat of it may be on its way.
            if (item.State!.Window.Look(item.Payments[0].Id, out var score) == RepeatKind.InFlight && score == item.Score)
            {
                throw new SimViolation($"payment {item.Payments[0].Id} stands behind its commit and is not stored (rule 14)");
            }

            _world.Checker.Answered(item.Payments[0].Id, item.Shard, item.Score);
            _world.Note(TraceKind.Answer, node.Index, item.Shard, item.Payments[0].Id);
            reply(new SimReply(ReplyKind.Answer, item.Score));
        }
    }

    private void Lose(int shard, long generation)
    {
        _world.Note(TraceKind.Lost, node.Index, shard, generation);
        foreach (var item in Payments())
        {
            if (item.Shard == shard && IsTaken(item))
            {
                item.Reply?.Invoke(SimReply.Moved);
            }
        }

        Drop(shard, generation);
        node.Shard(shard)?.Tell(new ShardInput.Fenced(generation));
    }
}
