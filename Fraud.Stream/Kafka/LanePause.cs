namespace Fraud.Stream.Kafka;

/// <summary>
/// Decides when the partitions of a lane are paused. A client reads all partitions into one queue, so while a lane that holds
/// all it may hold is not paused, nothing can be read, for the other lanes neither. But a pause throws away what the client
/// had fetched ahead. So a lane that moves is waited for; one that stands still is paused, at once nearly when
/// other lanes would go on, else after <c>pauseAfter</c>. Not thread-safe.
/// </summary>
/// <param name="pauseAfter">How long a full lane may stand still when no other lane has room.</param>
internal sealed class LanePause(TimeSpan pauseAfter, TimeProvider time)
{
    // Twice what a lane takes for a batch of 256 (fraud bench, layer "topology"): one that moves is not paused.
    internal static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(5);

    private long? _stillSince;

    public bool IsPaused { get; private set; }

    /// <param name="held">Records that wait for the lane.</param>
    /// <param name="isFull">They are as many as may wait.</param>
    /// <param name="hasMoved">The lane took something since it was asked last.</param>
    /// <param name="othersFlow">Another lane has room for what could be read.</param>
    /// <returns>True: pause its partitions now; false: resume them now; null: leave them.</returns>
    public bool? Observe(int held, bool isFull, bool hasMoved, bool othersFlow)
    {
        if (held == 0 && IsPaused)
        {
            // What is in the lane's queue bridges the time until records come again.
            IsPaused = false;
            _stillSince = null;
            return false;
        }

        if (!isFull || IsPaused)
        {
            _stillSince = null;
            return null;
        }

        if (hasMoved || _stillSince is null)
        {
            _stillSince = time.GetTimestamp();
        }

        if (time.GetElapsedTime(_stillSince.Value) < (othersFlow ? Grace : pauseAfter))
        {
            return null;
        }

        IsPaused = true;
        return true;
    }
}
