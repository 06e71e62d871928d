using System.Collections.Concurrent;
using Fraud.Stream.Scoring;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Inference;

/// <summary>
/// Scores inference calls on threads of its own, apart from the payments' graph. At most
/// <see cref="InferenceOptions.QueueCapacity"/> calls are in it; who comes then is refused.
/// </summary>
internal sealed partial class InferenceLane(
    InferenceOptions options,
    ModelRepository models,
    TimeProvider time,
    ILogger<InferenceLane> log) : IHostedService, IDisposable
{
    // Bounded by the places: a call enters it only with one.
    private readonly BlockingCollection<InferenceCall> _waiting = [];
    private readonly ConcurrentQueue<InferenceCall> _idle = new();
    private readonly List<Thread> _threads = [];
    private int _places = options.QueueCapacity;

    /// <summary>True while calls are taken and every thread lives.</summary>
    public bool IsOpen => !_waiting.IsAddingCompleted && _threads.Count > 0 && _threads.TrueForAll(static thread => thread.IsAlive);

    /// <summary>Calls that wait or are being scored.</summary>
    public int InFlight => options.QueueCapacity - Volatile.Read(ref _places);

    /// <summary>A call with a place in the lane, to be released; null when the lane is full.</summary>
    /// <param name="patience">How long the caller waits, where that is shorter than <see cref="InferenceOptions.Deadline"/>.</param>
    public InferenceCall? TryEnter(TimeSpan? patience = null)
    {
        if (Interlocked.Decrement(ref _places) < 0)
        {
            Interlocked.Increment(ref _places);
            return null;
        }

        var call = _idle.TryDequeue(out var idle) ? idle : new InferenceCall(Leave);
        var now = time.GetTimestamp();
        var wait = patience < options.Deadline ? patience.Value : options.Deadline;
        call.Begin(now, now + (long)(wait.TotalSeconds * time.TimestampFrequency));
        return call;
    }

    /// <summary>Waits for the call's results, no longer than its deadline.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<InferenceOutcome> Score(InferenceCall call, CancellationToken cancellation)
    {
        call.Share();
        try
        {
            _waiting.Add(call, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // The lane is stopping: nobody will take it.
            call.Release();
            return InferenceOutcome.Late;
        }

        try
        {
            var left = time.GetElapsedTime(time.GetTimestamp(), call.DeadlineTimestamp);
            return await call.Done.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellation);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            if (!call.TryAbandon())
            {
                // Being scored just now: done in a moment, and then its buffers are free to be read.
                return await call.Done;
            }

            models.StatisticsOf(call.Model!).Failed(time.GetElapsedTime(call.ArrivedTimestamp));
            cancellation.ThrowIfCancellationRequested();
            return InferenceOutcome.Late;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < options.Threads; i++)
        {
            var thread = new Thread(Run) { Name = $"inference-{i}", IsBackground = true };
            _threads.Add(thread);
            thread.Start();
        }

        return Task.CompletedTask;
    }

    /// <summary>Scores what is in the lane, takes nothing more.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.CompleteAdding();
        return Task.Run(() => _threads.ForEach(static thread => thread.Join()), CancellationToken.None).WaitAsync(cancellationToken);
    }

    public void Dispose() => _waiting.Dispose();

    private void Leave(InferenceCall call)
    {
        _idle.Enqueue(call);
        Interlocked.Increment(ref _places);
    }

    private void Run()
    {
        using var scorers = new ScorerCache(options.MaxRows);
        Func<ServedModel, bool> isReady = models.IsReady;
        foreach (var call in _waiting.GetConsumingEnumerable(CancellationToken.None))
        {
            if (call.TryTake())
            {
                call.Finish(Take(call, scorers));
            }

            call.Release();
            scorers.KeepOnly(isReady);
        }
    }

    private InferenceOutcome Take(InferenceCall call, ScorerCache scorers)
    {
        var statistics = models.StatisticsOf(call.Model!);
        var begun = time.GetTimestamp();
        var queued = time.GetElapsedTime(call.ArrivedTimestamp, begun);
        if (begun > call.DeadlineTimestamp)
        {
            statistics.Failed(queued);
            return InferenceOutcome.Late;
        }

        try
        {
            var scorer = scorers.For(call.Model!);
            var features = call.Model!.Model.Manifest.Inputs.Count;
            for (var row = 0; row < call.Rows; row++)
            {
                scorer.SetRaw(row, call.Values.AsSpan(row * features, features));
            }

            var filled = time.GetTimestamp();
            scorer.Score(call.Rows);
            var scored = time.GetTimestamp();
            call.TakeResults(scorer.Labels, scorer.Probabilities);
            statistics.Scored(
                time.GetUtcNow().ToUnixTimeMilliseconds(),
                call.Rows,
                queued,
                time.GetElapsedTime(begun, filled),
                time.GetElapsedTime(filled, scored),
                time.GetElapsedTime(scored));
            return InferenceOutcome.Scored;
        }
        catch (Exception error)
        {
            // A model that fails on one call may score the next; the thread is needed by others.
            LogFailed(log, call.Model!.ScoredBy.Model, call.Model.ScoredBy.Version, error);
            statistics.Failed(time.GetElapsedTime(call.ArrivedTimestamp));
            return InferenceOutcome.Failed;
        }
    }

    [LoggerMessage(2_100, LogLevel.Error, "Model {Model} version {Version} failed on an inference call")]
    private static partial void LogFailed(ILogger log, string model, string version, Exception error);
}
