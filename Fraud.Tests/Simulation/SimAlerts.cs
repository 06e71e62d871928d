using Fraud.Stream.Alerts;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;
using Raised = Fraud.Stream.ReadModel.ReaderPosition;

namespace Fraud.Tests.Simulation;

/// <summary>
/// Stands for the AlertsReader of a node: sends each payment of the pages of the shards that are open here, and stores now and then up to which
/// page the topic has all, by the product's <see cref="JournalFollower"/> and <see cref="AcknowledgedPages"/>. One step at a time; after a call of
/// unknown outcome it begins again from what is stored.
/// </summary>
internal sealed class SimAlerts(SimNode node, CommittedPages committed)
{
    private const int PagesAtOnce = 4;
    private const int MaxPages = 12;

    private static readonly TimeSpan PositionInterval = TimeSpan.FromSeconds(1);

    private readonly SimWorld _world = node.World;
    private readonly JournalFollower _follower = new();
    private readonly AcknowledgedPages _pages = new();
    private readonly List<Pending> _pending = [];

    // Where the pages behind a position were not there any more.
    private readonly HashSet<(int Shard, long After)> _gaps = [];
    private TimeSpan _savedAt = node.LocalNow;
    private int _taken;
    private bool _hasEnded;

    public void Begin(TimeSpan after) => node.After(after, Step);

    /// <summary>What it had in memory is gone; what it sent may still arrive.</summary>
    public void End() => _hasEnded = true;

    private void Step()
    {
        if (!_hasEnded)
        {
            _taken = 0;
            Take(new Queue<int>(Enumerable.Range(0, _world.Shards).Where(
                shard => node.OpenGeneration(shard) is { } open && _follower.GenerationOf(shard) != open)));
        }
    }

    private void Take(Queue<int> shards)
    {
        if (!shards.TryDequeue(out var shard))
        {
            ReadQueue();
        }
        else if (node.OpenGeneration(shard) is not { } generation)
        {
            Take(shards);
        }
        else
        {
            Leave(shard);
            Call(() => _world.Store.Alerts.Take(shard, generation), position =>
            {
                _world.Note(TraceKind.AlertsTaken, node.Index, shard, generation, position ?? -1);
                if (position is { } stored)
                {
                    _follower.Follow(shard, generation, _pages.Take(shard, generation, stored));
                }

                Take(shards);
            });
        }
    }

    private void ReadQueue()
    {
        if (committed.TakeDropped())
        {
            _follower.Missed();
        }

        while (_taken < MaxPages && committed.TryRead(out var page))
        {
            if (_follower.TryTake(page))
            {
                Add(page);
            }
        }

        ReadJournal(new Queue<int>(_follower.Behind));
    }

    private void ReadJournal(Queue<int> shards)
    {
        if (_taken >= MaxPages || !shards.TryDequeue(out var shard))
        {
            Send();
            return;
        }

        var after = _follower.PositionOf(shard);
        Call(() => _world.Store.ReadJournal(shard, after, PagesAtOnce), pages =>
        {
            if (pages is [var first, ..] && first.Sequence > after + 1)
            {
                if (!_gaps.Add((shard, after)))
                {
                    throw new SimViolation($"shard {shard}: the alerts of node {node.Index} wait behind page {after} for pages that have left (rule 12)");
                }

                Leave(shard);
                ReadJournal(shards);
                return;
            }

            foreach (var page in pages)
            {
                if (_follower.TryTake(new JournalPage(shard, page.Sequence, page.Payload.ToArray()), out var taken))
                {
                    Add(taken);
                }
            }

            if (pages.Count < PagesAtOnce)
            {
                _follower.CaughtUp(shard);
            }

            ReadJournal(shards);
        });
    }

    private void Add(FollowedPage page)
    {
        _taken++;
        long[] ids = [.. SimPage.Decode(page.Shard, page.Bytes).Where(static entry => !entry.IsRetraction).Select(static entry => entry.Payment.Id)];
        _pages.Add(page, _world.Model.RaisesOverWhatIsAcknowledged ? ids.Length : 0);
        _pending.AddRange(ids.Select(id => new Pending(page.Shard, page.Generation, page.Sequence, id)));
    }

    /// <summary>Kafka takes each record or does not, and the answer comes later, or never when the process ends.</summary>
    private void Send()
    {
        if (_pending.Count == 0)
        {
            Save();
            return;
        }

        var (random, sent) = (_world.Random, _pending.ToArray());
        var loss = _world.IsQuiet ? 0 : random.Chance(0.2) ? 1 : 0.1;
        _world.At(random.Ms(0.5, 30), () =>
        {
            var taken = sent.Where(_ => !random.Chance(loss)).ToArray();
            _world.AlertsTopic.UnionWith(taken.Select(static record => record.Id));
            // Some acknowledgements are lost: these are sent again.
            Pending[] told = [.. taken.Where(_ => _world.IsQuiet || !random.Chance(0.1))];
            node.After(random.Ms(0.5, 200), () => Acknowledged(told));
        });
    }

    private void Acknowledged(Pending[] told)
    {
        if (_hasEnded)
        {
            return;
        }

        foreach (var record in told)
        {
            if (_pending.Remove(record) && _world.Model.RaisesOverWhatIsAcknowledged)
            {
                _pages.Acknowledged(record.Shard, record.Generation, record.Sequence);
            }
        }

        Save();
    }

    private void Save()
    {
        var closed = _follower.Shards.Where(shard => node.OpenGeneration(shard) != _follower.GenerationOf(shard)).ToArray();
        Raised[] positions = [.. _pages.Raised.UnionBy(_pages.All.Where(position => closed.Contains(position.Shard)), static position => position.Shard)];
        if (positions.Length == 0 || node.LocalNow - _savedAt < PositionInterval)
        {
            Again();
            return;
        }

        Call(() => _world.Store.Alerts.Raise(positions), lost =>
        {
            _world.Note(TraceKind.AlertsSaved, node.Index, -1, positions.Length, lost.Count);
            _savedAt = node.LocalNow;
            _pages.Saved(positions);
            foreach (var shard in lost)
            {
                Leave(shard);
                _pages.Leave(shard);
            }

            Again();
        });
    }

    private void Leave(int shard)
    {
        _follower.Leave(shard);
        _pending.RemoveAll(record => record.Shard == shard);
    }

    private void Again() => node.After(_world.Random.Ms(20, 400), Step);

    private void Call<T>(Func<T> call, Action<T> reply) => _world.Network.Call(
        node,
        call,
        result =>
        {
            if (!_hasEnded)
            {
                reply(result);
            }
        },
        Reset,
        mayRunTwice: true);

    private void Reset()
    {
        if (!_hasEnded)
        {
            foreach (var shard in _follower.Shards.ToArray())
            {
                Leave(shard);
            }

            Again();
        }
    }

    private readonly record struct Pending(int Shard, long Generation, long Sequence, long Id);
}
