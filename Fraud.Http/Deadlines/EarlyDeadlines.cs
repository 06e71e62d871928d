using Fraud.Http.Scoring;

namespace Fraud.Http.Deadlines;

/// <summary>
/// Ends replies at deadlines that callers named, in whatever order they come: one timer, set to the earliest.
/// Thread-safe. As many entries as requests of one <c>Overload:Deadline</c>, the longest there is.
/// </summary>
internal sealed class EarlyDeadlines : IDisposable
{
    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    private readonly PriorityQueue<(PendingReply Reply, long Deadline), long> _waiting = new();
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _timerAt = long.MaxValue;

    public EarlyDeadlines(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(PendingReply reply)
    {
        lock (_lock)
        {
            var deadline = reply.Deadline;
            _waiting.Enqueue((reply, deadline), deadline);
            if (deadline < _timerAt)
            {
                SetTimer(deadline);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Sweep()
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            while (_waiting.TryPeek(out var earliest, out var deadline) && deadline <= now)
            {
                _waiting.Dequeue();
                // A reply in use again by then has another deadline.
                if (earliest.Reply.Deadline == deadline)
                {
                    earliest.Reply.Expire();
                }
            }

            if (_waiting.TryPeek(out _, out var next))
            {
                SetTimer(next);
            }
            else
            {
                _timerAt = long.MaxValue;
            }
        }
    }

    private void SetTimer(long deadline)
    {
        _timerAt = deadline;
        var left = _time.GetElapsedTime(_time.GetTimestamp(), deadline);
        // Timers count whole milliseconds and would fire a little early.
        _timer.Change(left > TimeSpan.Zero ? left + TimerStep : TimerStep, Timeout.InfiniteTimeSpan);
    }
}
