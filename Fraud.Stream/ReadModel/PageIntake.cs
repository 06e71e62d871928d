using Fraud.Stream.Journal;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.ReadModel;

/// <summary>
/// Brings a reader the pages of the shards that are open on this node, each once and in order: what the commits hand over, and from the
/// journal what is missing. <see cref="JournalFollower"/> decides. Not thread-safe.
/// </summary>
public sealed class PageIntake(IFraudStore store, ShardDirectory directory, ReaderFeed feed, IntakePace pace, ILogger log)
{
    private readonly JournalFollower _follower = new();
    private readonly Backoff _backoff = new(pace.RetryMin, pace.RetryMax);
    private int _readLast = -1;

    /// <summary>Payments that were committed here and that the reader is not done with.</summary>
    public long Behind => feed.Lag.Payments;

    /// <summary>Shards that are followed and are not open here any more, under the claim that they are followed under.</summary>
    public IEnumerable<int> Closed => _follower.Shards.Where(shard => directory.GenerationOf(shard) != _follower.GenerationOf(shard));

    /// <summary>Blocks until a page is there, or shards may have opened without one.</summary>
    public void Wait(CancellationToken stop) => feed.Pages.Wait(pace.Look, stop);

    /// <summary>Blocks for a moment, in which more pages come.</summary>
    public void Gather(CancellationToken stop) => stop.WaitHandle.WaitOne(pace.Gather);

    /// <summary>Follows the shards that were opened here since.</summary>
    /// <remarks>
    /// One that was closed stays followed: its last pages come while it is handed over. When another claim has it, a write says so.
    /// </remarks>
    /// <param name="take">Takes a shard for the reader under a claim, and answers its position; null when a later claim has it.</param>
    public void Follow(Func<int, long, long?> take)
    {
        foreach (var shard in directory.Open)
        {
            var generation = directory.GenerationOf(shard);
            if (generation == ShardDirectory.Closed || _follower.GenerationOf(shard) == generation)
            {
                continue;
            }

            Leave(shard);
            if (take(shard, generation) is { } position)
            {
                _follower.Follow(shard, generation, position);
                feed.Lag.Done(shard, generation, position);
            }
        }
    }

    /// <summary>Gives the reader the pages that are next, as long as it has room.</summary>
    public void Read(Func<bool> isFull, Action<FollowedPage> add, CancellationToken stop)
    {
        // Before the queue is read: what is dropped from here on is told at the next step.
        if (feed.Pages.TakeDropped())
        {
            _follower.Missed();
        }

        while (!isFull() && feed.Pages.TryRead(out var page))
        {
            if (_follower.TryTake(page))
            {
                add(page);
            }
        }

        // In turn: a shard that is far behind may leave no room, and would hold up the others until it is not.
        foreach (var shard in _follower.Behind.OrderBy(shard => shard <= _readLast).ThenBy(static shard => shard).ToArray())
        {
            if (isFull())
            {
                break;
            }

            _readLast = shard;
            ReadJournal(shard, isFull, add, stop);
        }
    }

    /// <summary>The reader is done with all pages of a shard up to this one.</summary>
    public void Done(int shard, long generation, long sequence) => feed.Lag.Done(shard, generation, sequence);

    /// <summary>Nothing is left to be done: forgets the lag of shards that were closed before they were followed.</summary>
    public void ForgetOthers() =>
        feed.Lag.Keep((shard, generation) => directory.GenerationOf(shard) == generation || _follower.GenerationOf(shard) == generation);

    /// <summary>Pages that did not come may be in the journal.</summary>
    public void Missed() => _follower.Missed();

    /// <summary>A shard is another node's by now, or its pages are. If it is open here it is taken again.</summary>
    public void Leave(int shard)
    {
        if (_follower.GenerationOf(shard) is { } generation)
        {
            feed.Lag.Left(shard, generation);
        }

        _follower.Leave(shard);
    }

    /// <summary>The store is away: waits, and begins again at the stored positions. The lag stays as it is.</summary>
    public void BeginAgain(StoreUnavailableException error, CancellationToken stop)
    {
        foreach (var shard in _follower.Shards.ToArray())
        {
            _follower.Leave(shard);
        }

        var wait = _backoff.Next();
        StreamLog.StoreUnavailable(log, wait, error);
        stop.WaitHandle.WaitOne(wait);
    }

    /// <summary>The store is there: the next wait for it is a short one.</summary>
    public void Succeeded() => _backoff.Reset();

    private void ReadJournal(int shard, Func<bool> isFull, Action<FollowedPage> add, CancellationToken stop)
    {
        while (!isFull())
        {
            stop.ThrowIfCancellationRequested();
            var position = _follower.PositionOf(shard);
            var pages = store.ReadJournal(shard, position, pace.PagesAtOnce).ToList();
            if (pages.Count > 0 && pages[0].Sequence > position + 1)
            {
                // Pages leave once readers are done with them: a write whose outcome was unknown has landed since, or another claim's reader went on.
                // The position that is stored tells.
                StreamLog.ReaderAtAGap(log, shard, position, pages[0].Sequence);
                Leave(shard);
                return;
            }

            Add(pages, add);
            if (pages.Count < pace.PagesAtOnce)
            {
                // A page that is committed after this look is in the queue, or shows as a gap.
                _follower.CaughtUp(shard);
                return;
            }
        }
    }

    private void Add(List<JournalPage> pages, Action<FollowedPage> add)
    {
        foreach (var page in pages)
        {
            if (_follower.TryTake(page, out var taken))
            {
                add(taken);
            }
        }
    }
}
