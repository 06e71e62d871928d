using Fraud.Stream.Batching;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Shadow;

/// <summary>
/// Scores with the shadow models on a thread of its own that has the processor only when nobody else wants it, and stores
/// the comparisons from another. Whatever happens here, no payment waits for it and no graph stops.
/// </summary>
public sealed class ShadowService : BackgroundService
{
    // Looking again costs less than being woken would cost the scoring threads. A queue holds far more than comes in this.
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(10);

    // So many payments' comparisons are lost when the process dies.
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly ShadowModels _models;
    private readonly ShadowRecorder _recorder;
    private readonly int _maxRows;
    private readonly TimeProvider _time;
    private readonly ILogger<ShadowService> _log;
    private long _failed;

    public ShadowService(
        ShadowModels models,
        ShadowQueries shadows,
        ShadowOptions options,
        BatchingOptions batching,
        StreamMetrics metrics,
        TimeProvider time,
        ILogger<ShadowService> log)
    {
        _models = models;
        _recorder = new ShadowRecorder(shadows, options, time);
        _maxRows = batching.MaxBatchSize;
        _time = time;
        _log = log;
        ShadowMetrics.Register(metrics, models, () => _recorder.Dropped, () => Volatile.Read(ref _failed));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var score = StageThread.Start("shadow-score", () => Score(stoppingToken), Failed);
        await score.Ended;
        // After the last was scored: it is stopped behind the graph.
        var store = StageThread.Start("shadow-flush", () => Flush(CancellationToken.None), Failed);
        await store.Ended;
    }

    private void Score(CancellationToken stop)
    {
        LowPriority.Take();
        var scorers = _models.Groups.Select(group => new ShadowScorer(group, _maxRows, _time)).ToArray();
        Action<ShadowScore> record = _recorder.Add;
        using var stopStore = new CancellationTokenSource();
        var store = StageThread.Start("shadow-store", () => Store(stopStore.Token), Failed);
        try
        {
            while (true)
            {
                var worked = false;
                foreach (var ring in _models.Rings)
                {
                    worked |= Score(scorers, ring, record, stop);
                }

                if (!worked)
                {
                    if (stop.IsCancellationRequested)
                    {
                        return;
                    }

                    Array.ForEach(scorers, static scorer => scorer.LetGoOfFormer());
                    // While nobody is compared nothing comes.
                    if (WaitHandle.WaitAny([stop.WaitHandle, _models.IsWanted]) != 0)
                    {
                        stop.WaitHandle.WaitOne(Idle);
                    }
                }
            }
        }
        finally
        {
            stopStore.Cancel();
            store.Ended.Wait(CancellationToken.None);
            foreach (var scorer in scorers)
            {
                scorer.Dispose();
            }
        }
    }

    private bool Score(ShadowScorer[] scorers, ShadowRing ring, Action<ShadowScore> record, CancellationToken stop)
    {
        var count = Math.Min(ring.Count, _maxRows);
        if (count == 0)
        {
            return false;
        }

        try
        {
            foreach (var scorer in scorers)
            {
                scorer.Score(ring, count, record);
            }
        }
        catch (Exception error)
        {
            // A model that fails on these rows may do with others; those that are in service are not touched by it.
            Volatile.Write(ref _failed, _failed + count);
            StreamLog.ShadowFailed(_log, count, error);
            stop.WaitHandle.WaitOne(AfterFailure);
        }

        ring.Release(count);
        return true;
    }

    // At the usual priority: what holds the store's only writer must not be kept from finishing.
    private void Store(CancellationToken stop)
    {
        while (!stop.WaitHandle.WaitOne(FlushInterval))
        {
            Flush(stop);
        }
    }

    private void Flush(CancellationToken stop)
    {
        try
        {
            _recorder.Flush(stop);
        }
        catch (StoreUnavailableException error)
        {
            StreamLog.ShadowsNotStored(_log, error.Message);
        }
    }

    private void Failed(string thread, Exception error) => StreamLog.ShadowEnded(_log, thread, error);
}
