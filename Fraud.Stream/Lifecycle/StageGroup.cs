using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Lifecycle;

/// <summary>
/// The threads of one graph. The first that fails stops the others; when a stage ends in order, what
/// depends on it is told.
/// </summary>
public sealed class StageGroup
{
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop;
    private readonly List<Task> _ended = [];
    private Exception? _failure;

    public StageGroup(ILogger<StageGroup> log, CancellationToken stop)
    {
        _log = log;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    /// <summary>Starts a stage on a thread of its own.</summary>
    /// <param name="whenEnded">Called when its input ended and it finished; not after a failure.</param>
    public void Start(string name, Action<CancellationToken> run, Action? whenEnded = null)
    {
        var stage = StageThread.Start(
            name,
            () =>
            {
                run(_stop.Token);
                whenEnded?.Invoke();
            },
            Failed);
        _ended.Add(stage.Ended);
    }

    /// <summary>Starts several threads of one stage.</summary>
    /// <param name="whenAllEnded">Called by the last of them that finished.</param>
    public void Start(string name, IReadOnlyList<Action<CancellationToken>> runs, Action whenAllEnded)
    {
        var running = runs.Count;
        for (var i = 0; i < runs.Count; i++)
        {
            Start($"{name}-{i}", runs[i], () =>
            {
                if (Interlocked.Decrement(ref running) == 0)
                {
                    whenAllEnded();
                }
            });
        }
    }

    private void Failed(string stage, Exception error)
    {
        if (error is OperationCanceledException && _stop.IsCancellationRequested)
        {
            return;
        }

        if (Interlocked.CompareExchange(ref _failure, error, null) is null)
        {
            StreamLog.StageFailed(_log, stage, error);
        }

        _stop.Cancel();
    }

    /// <summary>Completes when every thread ended; faulted with the first failure.</summary>
    /// <exception cref="TopologyFailedException">A stage failed.</exception>
    public async Task WhenEnded()
    {
        await Task.WhenAll(_ended);
        if (_failure is { } failure)
        {
            throw new TopologyFailedException("A stage of the graph failed.", failure);
        }
    }
}

/// <summary>A stage failed, and the graph stopped with it.</summary>
public sealed class TopologyFailedException(string message, Exception inner) : Exception(message, inner);
