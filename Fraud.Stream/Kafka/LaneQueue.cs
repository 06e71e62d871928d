namespace Fraud.Stream.Kafka;

/// <summary>
/// The batches between the consumer's thread and a lane's stage, bounded. A channel would do, but for
/// <see cref="Discard"/>: what was read of a partition must be gone from here when the partition is taken away.
/// One thread offers, one stage takes.
/// </summary>
/// <param name="capacity">Batches; at least one.</param>
/// <param name="wakeConsumer">Called when there is room again, or the stage ended.</param>
internal sealed class LaneQueue(int capacity, Action wakeConsumer)
{
    private readonly Lock _gate = new();
    private readonly Queue<CommittableBatch> _batches = new(capacity);
    private Action? _wakeStage;
    private Exception? _failure;
    private bool _isStageWaiting;
    private bool _isEnded;
    private bool _isCancelled;
    private long _taken;

    /// <summary>Batches that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _batches.Count;
            }
        }
    }

    /// <summary>Batches that the stage took, ever.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>The stage ended before it was told to.</summary>
    public bool IsCancelled => Volatile.Read(ref _isCancelled);

    /// <summary>The stage waits for a batch.</summary>
    internal bool IsAwaited
    {
        get
        {
            lock (_gate)
            {
                return _isStageWaiting;
            }
        }
    }

    /// <summary>Nothing more will be taken: ended and empty, or cancelled.</summary>
    public bool IsDone
    {
        get
        {
            lock (_gate)
            {
                return _isCancelled || (_isEnded && _batches.Count == 0);
            }
        }
    }

    /// <summary>Whether one more batch has room. Only the offering thread can rely on it.</summary>
    public bool HasRoom => Count < capacity;

    /// <summary>Appends a batch.</summary>
    /// <exception cref="InvalidOperationException">There is no room; ask <see cref="HasRoom"/>.</exception>
    public void Offer(CommittableBatch batch)
    {
        Action? wake = null;
        lock (_gate)
        {
            if (_isCancelled)
            {
                batch.Batch.Release();
                return;
            }

            if (_isEnded || _batches.Count == capacity)
            {
                throw new InvalidOperationException("The lane has no room.");
            }

            _batches.Enqueue(batch);
            if (_isStageWaiting)
            {
                _isStageWaiting = false;
                wake = _wakeStage;
            }
        }

        wake?.Invoke();
    }

    /// <summary>Gives back what waits of a partition. No batch of it is taken after this returned.</summary>
    public void Discard(int partition)
    {
        lock (_gate)
        {
            for (var left = _batches.Count; left > 0; left--)
            {
                var batch = _batches.Dequeue();
                if (batch.Partition == partition)
                {
                    batch.Batch.Release();
                }
                else
                {
                    _batches.Enqueue(batch);
                }
            }
        }
    }

    /// <summary>No more comes. The stage takes what waits, and completes.</summary>
    public void End() => End(failure: null);

    /// <summary>No more comes, and what waits is given back. The stage fails, or completes when there is no reason to fail.</summary>
    public void Abort(Exception? failure)
    {
        lock (_gate)
        {
            Clear();
        }

        End(failure);
    }

    /// <summary>The stage begins.</summary>
    /// <param name="wakeStage">Called on any thread when there is something to take, or nothing more.</param>
    /// <returns>False: another stage has the lane.</returns>
    public bool TryAttach(Action wakeStage)
    {
        lock (_gate)
        {
            if (_wakeStage is not null)
            {
                return false;
            }

            _wakeStage = wakeStage;
            return true;
        }
    }

    /// <summary>The next batch, or null; then the stage is woken when there is one.</summary>
    public CommittableBatch? Take()
    {
        CommittableBatch? batch;
        lock (_gate)
        {
            if (!_batches.TryDequeue(out batch))
            {
                _isStageWaiting = true;
                return null;
            }
        }

        Interlocked.Increment(ref _taken);
        wakeConsumer();
        return batch;
    }

    /// <summary>Whether nothing more comes and all was taken, and why.</summary>
    public bool HasEnded(out Exception? failure)
    {
        lock (_gate)
        {
            failure = _failure;
            return _isEnded && _batches.Count == 0;
        }
    }

    /// <summary>The stage ended, for whatever reason.</summary>
    public void Detach()
    {
        lock (_gate)
        {
            _isCancelled |= !(_isEnded && _batches.Count == 0);
            Clear();
        }

        wakeConsumer();
    }

    private void End(Exception? failure)
    {
        Action? wake;
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
            _failure = failure;
            wake = _wakeStage;
        }

        wake?.Invoke();
    }

    private void Clear()
    {
        while (_batches.TryDequeue(out var batch))
        {
            batch.Batch.Release();
        }
    }
}
