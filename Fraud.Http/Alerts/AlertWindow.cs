namespace Fraud.Http.Alerts;

/// <summary>
/// The latest alerts, shared by all clients: a client is a place in it, so many cost no more memory than few.
/// Thread-safe.
/// </summary>
internal sealed class AlertWindow(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<Alert> _alerts = new();
    private TaskCompletionSource _changed = NewSignal();
    // It holds every alert behind the first place, up to the second. Nothing yet: no place is within.
    private long _start = long.MaxValue;
    private long _end = long.MinValue;

    /// <summary>Ends with the next change. Take it before looking, so that no change goes unseen.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Where it ends.</summary>
    public long End
    {
        get
        {
            lock (_gate)
            {
                return _end;
            }
        }
    }

    /// <summary>Begins anew, empty, at a place.</summary>
    public void Reset(long at)
    {
        lock (_gate)
        {
            _alerts.Clear();
            _start = _end = at;
        }

        Signal();
    }

    /// <summary>What comes next; the oldest make room.</summary>
    /// <param name="end">There is no other alert up to here.</param>
    public void Add(IEnumerable<Alert> alerts, long end)
    {
        lock (_gate)
        {
            foreach (var alert in alerts)
            {
                if (_alerts.Count == capacity)
                {
                    _start = _alerts.Dequeue().Position;
                }

                _alerts.Enqueue(alert);
            }

            if (end <= _end)
            {
                return;
            }

            _end = end;
        }

        Signal();
    }

    /// <summary>Alerts behind a place, in order. False when some of them may be gone already: ask the store.</summary>
    /// <param name="cursor">Moved to behind what was read.</param>
    public bool TryRead(ref long cursor, int most, List<Alert> into)
    {
        lock (_gate)
        {
            if (cursor < _start)
            {
                return false;
            }

            foreach (var alert in _alerts)
            {
                if (alert.Position <= cursor)
                {
                    continue;
                }

                if (into.Count == most)
                {
                    return true;
                }

                into.Add(alert);
                cursor = alert.Position;
            }

            cursor = Math.Max(cursor, _end);
            return true;
        }
    }

    private void Signal() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
