using Fraud.Stream.Lifecycle;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Retention;

/// <summary>
/// Removes what is over age, a bounded step at a time with pauses between them, so that no writer is held up. Of the nodes of a
/// cluster one does so at a time. Waits for a store that is away, as long as it takes. One thread.
/// </summary>
public sealed class RetentionLoop(
    IFraudStore store, RetentionOptions options, RetentionCounts counts, LifecycleOptions lifecycle, TimeProvider time, ILogger<RetentionLoop> log)
{
    private readonly Backoff _backoff = new(lifecycle.RestartMin, lifecycle.RestartMax);

    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            stop.WaitHandle.WaitOne(Pass(stop));
        }
    }

    /// <summary>Removes all that is over age, unless another node is at it.</summary>
    /// <returns>How long to wait before the next.</returns>
    public TimeSpan Pass(CancellationToken stop)
    {
        try
        {
            using var pass = store.Retention.TryBegin(options);
            foreach (var kind in pass is null ? [] : Enum.GetValues<RetainedKind>())
            {
                if (options.AgeOf(kind) is { } age)
                {
                    Remove(pass!, kind, time.GetUtcNow() - age, stop);
                }
            }

            if (!stop.IsCancellationRequested)
            {
                counts.Done();
            }

            _backoff.Reset();
            return options.Interval;
        }
        catch (StoreUnavailableException error)
        {
            var wait = _backoff.Next();
            RetentionLog.PutOff(log, wait, error.InnerException?.Message ?? error.Message);
            return wait;
        }
    }

    private void Remove(IRetentionPass pass, RetainedKind kind, DateTimeOffset before, CancellationToken stop)
    {
        var removed = 0L;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var step = pass.Remove(kind, before.ToUnixTimeMilliseconds());
                counts.Add(kind, step.Removed);
                removed += step.Removed;
                if (step.IsLast)
                {
                    return;
                }

                stop.WaitHandle.WaitOne(options.Pause);
            }
        }
        finally
        {
            if (removed > 0)
            {
                RetentionLog.Removed(log, removed, kind, before);
            }
        }
    }
}
