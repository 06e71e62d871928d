namespace Fraud.Tests.Support;

/// <summary>Waits for a condition, to a deadline.</summary>
public static class Poll
{
    /// <summary>Many times what anything takes on an idle machine: tests run side by side, and builds may beside them.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(150);

    public static async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }

    public static async Task Until(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }
}
