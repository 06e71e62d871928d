namespace Fraud.Benchmarks.Measuring;

/// <summary>One side of a comparison.</summary>
/// <param name="Run">Works for about the given time and tells what it did.</param>
public sealed record Contestant(string Name, Func<TimeSpan, CancellationToken, Task<Sample>> Run)
{
    /// <summary>A contestant that works on one thread of its own, so that it does not depend on the thread pool's.</summary>
    public static Contestant OnThread(string name, Func<TimeSpan, CancellationToken, Sample> run) => new(
        name,
        (duration, cancellation) => Task.Factory.StartNew(
            () => run(duration, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default));
}
