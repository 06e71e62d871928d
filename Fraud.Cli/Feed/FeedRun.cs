namespace Fraud.Cli.Feed;

/// <summary>Moves payments from a source to a feeder at a pace.</summary>
public sealed class FeedRun(IPaymentFeeder feeder, FeedPace pace, TimeProvider time)
{
    /// <summary>Payments after which the feed ends; null goes on to the source's end.</summary>
    public long? Count { get; init; }

    /// <summary>Time after which the feed ends; null goes on to the source's end.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Gives each payment the time at which it is sent, instead of its own.</summary>
    public bool StampNow { get; init; }

    /// <summary>Runs to the end. An interruption is an end: what was sent is completed and reported.</summary>
    public async Task<FeedReport> RunAsync(IEnumerable<FeedPayment> source, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        using var deadline = Duration is { } duration
            ? new CancellationTokenSource(duration, time)
            : new CancellationTokenSource();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token);
        try
        {
            await SendAsync(source, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Interrupted or out of time; both end the feed below.
        }

        // An interrupted feed still flushes, but does not wait for the service.
        await feeder.CompleteAsync(stopping);
        return FeedReport.Of(feeder.Totals, time.GetElapsedTime(started));
    }

    private async Task SendAsync(IEnumerable<FeedPayment> source, CancellationToken ending)
    {
        var left = Count ?? long.MaxValue;
        foreach (var payment in source)
        {
            if (left-- == 0 || ending.IsCancellationRequested)
            {
                return;
            }

            await pace.WaitAsync(payment.Payment.EventTimeMs, ending);
            if (StampNow)
            {
                payment.Payment.EventTimeMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            }

            await feeder.SendAsync(payment, ending);
        }
    }
}
