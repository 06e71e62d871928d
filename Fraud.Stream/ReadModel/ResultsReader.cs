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
/// <param name="feed">What the commits hand over, and how far behind it this is.</param>
/// <param name="written">Told that something was written that may have to be sent. Must not block.</param>
public sealed class ResultsReader(
    IFraudStore store, ShardDirectory directory, ResultsFeed feed, ReadModelOptions options, Action written, ILogger<ResultsReader> log)
    : IDisposable
{
    // What is left when the service stops is in the journal for the next start.
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(5);

    private readonly JournalFollower _follower = new();
    private readonly List<FollowedPage> _next = [];
    private readonly Backoff _backoff = new(options.RetryMin, options.RetryMax);
    private IResultRows? _rows;
    private int _payments;
    private int _readLast = -1;
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
                    feed.Pages.Wait(options.Look, stop);
                }

                if (_payments < options.MaxTransaction)
                {
                    // For company: a transaction costs much the same, whatever it holds.
                    stop.WaitHandle.WaitOne(options.Gather);
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
                break;
            }
        }

        WriteRest();
    }

    /// <summary>Writes one transaction of what there is. False when there was nothing.</summary>
    public bool Step(CancellationToken stop)
    {
        _rows ??= store.Rows.Open();
        _next.Clear();
        _payments = 0;
        FollowOpenShards();
        // Before the queue is read: what is dropped from here on is told at the next step.
        if (feed.Pages.TakeDropped())
        {
            _follower.Missed();
        }

        while (_payments < options.MaxTransaction && feed.Pages.TryRead(out var page))
        {
            if (_follower.TryTake(page))
            {
                Add(page);
            }
        }

        // In turn: a shard that is far behind may fill the transaction, and would hold up the others until it is not.
        foreach (var shard in _follower.Behind.OrderBy(shard => shard <= _readLast).ThenBy(static shard => shard).ToArray())
        {
            if (_payments >= options.MaxTransaction)
            {
                break;
            }

            _readLast = shard;
            ReadJournal(shard, stop);
        }

        if (_next.Count == 0)
        {
            // Of a shard that was closed before it was followed; the others end with their last page.
            feed.Lag.Keep((shard, generation) => directory.GenerationOf(shard) == generation || _follower.GenerationOf(shard) == generation);
            return false;
        }

        var rows = _rows.Write(_next);
        Interlocked.Add(ref _written, rows.Payments);
        foreach (var lost in rows.Lost)
        {
            // Another node's by now, or written by it: if it is open here it is taken again.
            Leave(lost);
        }

        foreach (var page in _next)
        {
            // Of those that were lost it is the shard that was left.
            feed.Lag.Written(page.Shard, page.Generation, page.Sequence);
        }

        written();
        return true;
    }

    private void WriteRest()
    {
        using var limit = new CancellationTokenSource(LastWrite);
        try
        {
            // Of shards that are closed by now the last pages may be in the journal alone.
            _follower.Missed();
            while (Step(limit.Token))
            {
            }
        }
        catch (Exception error) when (error is StoreUnavailableException or OperationCanceledException)
        {
            StreamLog.RowsLeftBehind(log, feed.Lag.Payments, error.Message);
        }
    }

    public void Dispose() => _rows?.Dispose();

    private void Leave(int shard)
    {
        if (_follower.GenerationOf(shard) is { } generation)
        {
            feed.Lag.Left(shard, generation);
        }

        _follower.Leave(shard);
    }

    /// <remarks>
    /// One that was closed stays followed: its last pages come while it is handed over. When another claim has it, a write says so.
    /// </remarks>
    private void FollowOpenShards()
    {
        foreach (var shard in directory.Open)
        {
            var generation = directory.GenerationOf(shard);
            if (generation == ShardDirectory.Closed || _follower.GenerationOf(shard) == generation)
            {
                continue;
            }

            Leave(shard);
            if (_rows!.Take(shard, generation) is { } position)
            {
                _follower.Follow(shard, generation, position);
                feed.Lag.Written(shard, generation, position);
            }
        }
    }

    private void ReadJournal(int shard, CancellationToken stop)
    {
        while (_payments < options.MaxTransaction)
        {
            stop.ThrowIfCancellationRequested();
            var position = _follower.PositionOf(shard);
            var pages = store.ReadJournal(shard, position, options.PagesAtOnce).ToList();
            if (pages.Count > 0 && pages[0].Sequence > position + 1)
            {
                // Pages leave once their rows are written: a write whose outcome was unknown has landed since, or another claim's reader went on.
                // The position that is stored tells.
                StreamLog.ReaderAtAGap(log, shard, position, pages[0].Sequence);
                Leave(shard);
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
