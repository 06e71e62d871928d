using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;

namespace Fraud.Tests.Simulation;

/// <summary>
/// Stands for the ResultsReader of a node: follows the shards that are open here by the product's <see cref="JournalFollower"/>. One
/// transaction at a time; after a call of unknown outcome it begins again from what is stored.
/// </summary>
internal sealed class SimReader(SimNode node, CommittedPages committed)
{
    private const int PagesAtOnce = 4;
    private const int MaxPages = 12;

    private readonly SimWorld _world = node.World;
    private readonly JournalFollower _follower = new();
    private readonly List<FollowedPage> _next = [];

    // Where the pages behind a position were not there any more.
    private readonly HashSet<(int Shard, long After)> _gaps = [];
    private bool _isBusy;
    private bool _hasEnded;

    // Raised by each plan, so that only the last one wakes it.
    private int _plan;

    /// <summary>A page may have come. Without one it looks at the open shards in a while.</summary>
    public void Wake(TimeSpan after)
    {
        if (!_isBusy && !_hasEnded)
        {
            var plan = ++_plan;
            node.After(after, () =>
            {
                if (plan == _plan && !_hasEnded)
                {
                    _isBusy = true;
                    Step();
                }
            });
        }
    }

    /// <summary>What it had in memory is gone; what it sent may still land.</summary>
    public void End() => _hasEnded = true;

    private void Step()
    {
        _next.Clear();
        foreach (var shard in _follower.Shards.Where(shard => node.OpenGeneration(shard) != _follower.GenerationOf(shard)).ToArray())
        {
            _follower.Leave(shard);
        }

        Take(new Queue<int>(Enumerable.Range(0, _world.Shards).Where(
            shard => node.OpenGeneration(shard) is not null && _follower.GenerationOf(shard) is null)));
    }

    private void Take(Queue<int> shards)
    {
        if (_hasEnded)
        {
            return;
        }

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
            Call(() => _world.Store.Rows.Take(shard, generation), position =>
            {
                _world.Note(TraceKind.RowsTaken, node.Index, shard, generation, position ?? -1);
                if (position is { } from)
                {
                    _follower.Follow(shard, generation, from);
                }

                // Its thread may stand still at any time. Here it hurts: what it knows of positions gets old.
                node.After(_world.Random.Chance(0.25) ? _world.Random.Ms(100, 4000) : _world.Random.Ms(0.05, 2), () => Take(shards));
            });
        }
    }

    private void ReadQueue()
    {
        // Before the queue is read: what is dropped from here on is told at the next step.
        if (committed.TakeDropped())
        {
            _follower.Missed();
        }

        while (_next.Count < MaxPages && committed.TryRead(out var page))
        {
            if (_follower.TryTake(page))
            {
                _next.Add(page);
            }
        }

        ReadJournal(new Queue<int>(_follower.Behind));
    }

    private void ReadJournal(Queue<int> shards)
    {
        if (_next.Count >= MaxPages || !shards.TryPeek(out var shard))
        {
            Write();
            return;
        }

        var after = _follower.PositionOf(shard);
        Call(() => _world.Store.ReadJournal(shard, after, PagesAtOnce), pages =>
        {
            _world.Note(TraceKind.JournalRead, node.Index, shard, after, pages.Count);
            var isGap = pages is [var first, ..] && first.Sequence > after + 1;
            if (isGap && !_gaps.Add((shard, after)))
            {
                throw new SimViolation($"shard {shard}: the reader of node {node.Index} waits behind page {after} for pages that have left (rule 12)");
            }

            if (isGap && _world.Model.LeavesAShardAtAGap)
            {
                // Its position was moved by another write since it was taken, and the pages up to there have left.
                _follower.Leave(shard);
                shards.Dequeue();
                ReadJournal(shards);
                return;
            }

            foreach (var page in pages)
            {
                if (_follower.TryTake(new JournalPage(shard, page.Sequence, page.Payload.ToArray()), out var taken))
                {
                    _next.Add(taken);
                }
            }

            if (pages.Count < PagesAtOnce)
            {
                _follower.CaughtUp(shard);
                shards.Dequeue();
            }

            ReadJournal(shards);
        });
    }

    private void Write()
    {
        if (_next.Count == 0)
        {
            Again(TimeSpan.FromMilliseconds(500));
            return;
        }

        FollowedPage[] pages = [.. _next];
        if (!_world.Model.MovesPositionWithRows)
        {
            Call(() => _world.Store.Rows.Move(pages), lost => Write([.. pages.Where(page => !lost.Contains(page.Shard))]));
            return;
        }

        Write(pages);
    }

    private void Write(FollowedPage[] pages) => Call(() => _world.Store.Rows.Write(pages), written =>
    {
        _world.Note(TraceKind.Rows, node.Index, -1, written.Payments, written.Lost.Count);
        foreach (var lost in written.Lost)
        {
            _follower.Leave(lost);
        }

        Again(_world.Random.Pause());
    });

    private void Again(TimeSpan after)
    {
        _isBusy = false;
        Wake(after);
    }

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
                _follower.Leave(shard);
            }

            Again(_world.Random.Ms(20, 400));
        }
    }
}
