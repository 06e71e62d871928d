namespace Fraud.Cli.Feed;

/// <summary>When the next payment is due: at a rate, at a multiple of the payments' own times, or at once.</summary>
public sealed class FeedPace
{
    private readonly TimeProvider _time;
    private readonly double _rate;
    private readonly double _speed;
    private long _started;
    private long _sent;
    private long _firstEventMs;

    private FeedPace(double rate, double speed, TimeProvider time)
    {
        _rate = rate;
        _speed = speed;
        _time = time;
    }

    public static FeedPace FlatOut(TimeProvider time) => new(0, 0, time);

    /// <param name="rate">Payments a second; 0 is flat out.</param>
    public static FeedPace AtRate(double rate, TimeProvider time) => new(rate, 0, time);

    /// <param name="speed">Times real time; 0 is flat out.</param>
    public static FeedPace AtSpeed(double speed, TimeProvider time) => new(0, speed, time);

    /// <summary>Waits until the payment is due. Due times are fixed by the start, so a late one does not delay the rest.</summary>
    public ValueTask WaitAsync(long eventTimeMs, CancellationToken stopping)
    {
        if (_rate == 0 && _speed == 0)
        {
            return ValueTask.CompletedTask;
        }

        if (_sent == 0)
        {
            _started = _time.GetTimestamp();
            _firstEventMs = eventTimeMs;
        }

        var due = _speed > 0
            ? TimeSpan.FromMilliseconds((eventTimeMs - _firstEventMs) / _speed)
            : TimeSpan.FromSeconds(_sent / _rate);
        _sent++;
        var ahead = due - _time.GetElapsedTime(_started);

        // A timer cannot keep less than a millisecond: what is due so soon goes now.
        return ahead < TimeSpan.FromMilliseconds(1)
            ? ValueTask.CompletedTask
            : new ValueTask(Task.Delay(ahead, _time, stopping));
    }
}
