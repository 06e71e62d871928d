namespace Fraud.Stream.Tracing;

/// <summary>
/// So many a second, whoever asks: callers decide what is sampled, and a caller that samples everything must not
/// turn a node that scores into one that traces. Thread-safe.
/// </summary>
/// <param name="perSecond">0: no limit.</param>
internal sealed class TraceBudget(int perSecond, TimeProvider time)
{
    private long _second;
    private int _taken;

    public bool TryTake()
    {
        if (perSecond == 0)
        {
            return true;
        }

        var second = time.GetTimestamp() / time.TimestampFrequency;
        var current = Interlocked.Read(ref _second);
        // Whoever turns the second over empties it; one that counts in between is counted in either.
        if (second != current && Interlocked.CompareExchange(ref _second, second, current) == current)
        {
            Volatile.Write(ref _taken, 0);
        }

        return Volatile.Read(ref _taken) < perSecond && Interlocked.Increment(ref _taken) <= perSecond;
    }
}
