using Fraud.Stream.Journal;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.ReadModel;

/// <summary>
/// Follows the journals of the shards that are open on this node and writes the rows of their payments: what the commits hand over, and from
/// the journal what is missing. Waits for a store that is away, as long as it takes; what the database refuses for itself is parked, so that all
/// else goes on (rule 19 of docs/decisions/0011). One thread.
/// </summary>
/// <param name="feed">What the commits hand over, and how far behind it this is.</param>
public sealed class ResultsReader(
    IFraudStore store, ShardDirectory directory, ResultsFeed feed, ReadModelOptions options, TimeProvider time, ILogger<ResultsReader> log)
    : IDisposable
{
    // What is left when the service stops is in the journal for the next start.
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(5);

    private readonly PageIntake _intake = new(store, directory, feed, options.ToPace(), log);
    private readonly List<FollowedPage> _next = [];
    private readonly RefusedRowQueries _parked = new(store.Database);
    private IResultRows? _rows;
    private long? _countedAt;
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
                    _intake.Wait(stop);
                }

                if (_payments < options.MaxTransaction)
                {
                    // For company: a transaction costs much the same, whatever it holds.
                    _intake.Gather(stop);
                }

                _intake.Succeeded();
            }
            catch (StoreUnavailableException error)
            {
                // What was taken and not written is read again.
                _rows?.Dispose();
                _rows = null;
                _intake.BeginAgain(error, stop);
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
        CountParked();
        _next.Clear();
        _payments = 0;
        _intake.Follow(_rows.Take);
        _intake.Read(() => _payments >= options.MaxTransaction, Add, stop);
        if (_next.Count == 0)
        {
            _intake.ForgetOthers();
            return false;
        }

        List<int> others = [];
        Write(_rows, _next, others);
        foreach (var lost in others)
        {
            _intake.Leave(lost);
        }

        foreach (var page in _next)
        {
            // Of those that were lost it is the shard that was left.
            _intake.Done(page.Shard, page.Generation, page.Sequence);
        }

        return true;
    }

    /// <summary>Pages that hold something that is refused are found by halving; each half that is taken is written for good.</summary>
    private void Write(IResultRows rows, IReadOnlyList<FollowedPage> pages, List<int> lost)
    {
        RowsWritten written;
        try
        {
            written = rows.Write(pages);
        }
        catch (RowsRefusedException) when (pages.Count > 1)
        {
            var half = pages.Count / 2;
            Write(rows, [.. pages.Take(half)], lost);
            Write(rows, [.. pages.Skip(half)], lost);
            return;
        }
        catch (RowsRefusedException)
        {
            // Told once it is known which payments it is.
            written = rows.WriteApart(pages[0]);
        }

        Interlocked.Add(ref _written, written.Payments);
        lost.AddRange(written.Lost);
        Tell(written.Refused);
    }

    private void Tell(IReadOnlyList<RefusedPlace> refused)
    {
        feed.Refused.Add(refused.Count);
        foreach (var page in refused.GroupBy(static each => (each.Shard, each.Place.Sequence)))
        {
            StreamLog.RowsRefused(log, page.Key.Shard, page.Key.Sequence, page.Count(), page.First().Error);
        }

        if (refused.Count > 0)
        {
            _countedAt = null;
            CountParked();
        }
    }

    // Others park too, and people have them tried again: only the database knows.
    private void CountParked()
    {
        if (_countedAt is not { } at || time.GetElapsedTime(at) >= options.CountParked)
        {
            feed.Refused.Parked = _parked.Count();
            _countedAt = time.GetTimestamp();
        }
    }

    private void WriteRest()
    {
        using var limit = new CancellationTokenSource(LastWrite);
        try
        {
            // Of shards that are closed by now the last pages may be in the journal alone.
            _intake.Missed();
            while (Step(limit.Token))
            {
            }
        }
        catch (Exception error) when (error is StoreUnavailableException or OperationCanceledException)
        {
            StreamLog.RowsLeftBehind(log, _intake.Behind, error.Message);
        }
    }

    public void Dispose() => _rows?.Dispose();

    private void Add(FollowedPage page)
    {
        _next.Add(page);
        // One without payments is work too: else a journal of dead letters or repeats would be one transaction.
        _payments += Math.Max(1, new PageReader(page.Bytes.Span).Count ?? 0);
    }
}
