using Fraud.Stream.Journal;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.ReadModel;

/// <summary>
/// Follows the journals of the shards that are open on this node and writes the rows of their payments: what the commits hand over, and from
/// the journal what is missing. Waits for a store that is away, as long as it takes. One thread.
/// </summary>
/// <param name="committed">Pages as they were committed.</param>
public sealed class ResultsReader(
    IShardStore journal, Func<IResultRows> open, ShardDirectory directory, CommittedPages committed, ReadModelOptions options, ILogger<ResultsReader> log)
    : IDisposable
{
    private readonly JournalFollower _follower = new();
    private readonly List<FollowedPage> _next = [];
    private readonly Backoff _backoff = new(options.RetryMin, options.RetryMax);
    private IResultRows? _rows;
    private int _payments;
    private long _written;

    /// <summary>Rows that were added.</summary>
    public long Written => Interlocked.Read(ref _written);

    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!Step(stop))
                {
                    // Shards also open without a page.
                    committed.Wait(options.Look, stop);
                }

                _backoff.Reset();
            }
            catch (StoreUnavailableException error)
            {
                // What was taken and not written is read again.
                Reset();
                var wait = _backoff.Next();
                StreamLog.StoreUnavailable(log, wait, error);
                stop.WaitHandle.WaitOne(wait);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Writes one transaction of what there is. False when there was nothing.</summary>
    public bool Step(CancellationToken stop)
    {
        _rows ??= open();
        _next.Clear();
        _payments = 0;
        FollowOpenShards();
        // Before the queue is read: what is dropped from here on is told at the next step.
        if (committed.TakeDropped())
        {
            _follower.Missed();
        }

        while (_payments < options.MaxTransaction && committed.TryRead(out var page))
        {
            if (_follower.TryTake(page))
            {
                Add(page);
            }
        }

        foreach (var shard in _follower.Behind.ToArray())
        {
            ReadJournal(shard, stop);
        }

        if (_next.Count == 0)
        {
            return false;
        }

        var written = _rows.Write(_next);
        Interlocked.Add(ref _written, written.Payments);
        foreach (var lost in written.Lost)
        {
            // Another node's by now, or written by it: if it is open here it is taken again.
            _follower.Leave(lost);
        }

        return true;
    }

    public void Dispose() => _rows?.Dispose();

    private void FollowOpenShards()
    {
        foreach (var shard in _follower.Shards.Where(shard => directory.GenerationOf(shard) != _follower.GenerationOf(shard)).ToArray())
        {
            _follower.Leave(shard);
        }

        foreach (var shard in directory.Open)
        {
            var generation = directory.GenerationOf(shard);
            if (generation != ShardDirectory.Closed && _follower.GenerationOf(shard) is null && _rows!.Take(shard, generation) is { } position)
            {
                _follower.Follow(shard, generation, position);
            }
        }
    }

    private void ReadJournal(int shard, CancellationToken stop)
    {
        while (_payments < options.MaxTransaction)
        {
            stop.ThrowIfCancellationRequested();
            var position = _follower.PositionOf(shard);
            var pages = journal.ReadJournal(shard, position, options.PagesAtOnce).ToList();
            if (pages.Count > 0 && pages[0].Sequence > position + 1)
            {
                // Pages leave once their rows are written: a write whose outcome was unknown has landed since, or another claim's reader went on.
                // The position that is stored tells.
                StreamLog.ReaderAtAGap(log, shard, position, pages[0].Sequence);
                _follower.Leave(shard);
                return;
            }

            foreach (var page in pages)
            {
                if (_follower.TryTake(page, out var taken))
                {
                    Add(taken);
                }
            }

            if (pages.Count < options.PagesAtOnce)
            {
                // A page that is committed after this look is in the queue, or shows as a gap.
                _follower.CaughtUp(shard);
                return;
            }
        }
    }

    private void Add(in FollowedPage page)
    {
        _next.Add(page);
        // One without payments is work too: else a journal of dead letters or repeats would be one transaction.
        _payments += Math.Max(1, new PageReader(page.Bytes.Span).Count ?? 0);
    }

    private void Reset()
    {
        _rows?.Dispose();
        _rows = null;
        foreach (var shard in _follower.Shards.ToArray())
        {
            _follower.Leave(shard);
        }
    }
}
