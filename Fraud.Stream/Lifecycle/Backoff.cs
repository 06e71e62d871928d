namespace Fraud.Stream.Lifecycle;

/// <summary>
/// Exponential backoff with full jitter between half and the whole of the step, so that nodes which
/// failed together do not come back together. Not thread-safe.
/// </summary>
public sealed class Backoff(TimeSpan min, TimeSpan max)
{
    private int _failures;

    /// <summary>How long to wait before the next try.</summary>
    public TimeSpan Next()
    {
        // 2^30 steps are beyond any maximum; the cap keeps the shift in range.
        var step = min * (1L << Math.Min(_failures++, 30));
        if (step > max)
        {
            step = max;
        }

        return step * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    public void Reset() => _failures = 0;
}
