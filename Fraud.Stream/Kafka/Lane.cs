namespace Fraud.Stream.Kafka;

/// <summary>
/// The partitions that one part of the graph serves: what was read of them, on its way to it. Not thread-safe, but for its queue.
/// </summary>
internal sealed class Lane(LaneQueue queue, LanePause pause, int mostHeld)
{
    private readonly List<AssignedPartition> _partitions = [];
    private int _turn;
    private long _takenBefore;

    public LaneQueue Queue => queue;

    public IReadOnlyList<AssignedPartition> Partitions => _partitions;

    public bool IsPaused => pause.IsPaused;

    /// <summary>Records that wait for room in the queue.</summary>
    public int Held { get; private set; }

    /// <summary>No more should be read for it: as much waits as may. One poll can exceed that by a batch.</summary>
    public bool IsFull => Held >= mostHeld;

    /// <summary>It has partitions, and what is read of them has room.</summary>
    public bool Flows => _partitions.Count > 0 && !IsFull;

    public void Add(AssignedPartition partition) => _partitions.Add(partition);

    public void Remove(AssignedPartition partition) => _partitions.Remove(partition);

    /// <summary>
    /// Moves what is held into the queue, oldest first, partitions taking turns: full batches while there is room, a batch that
    /// is not full only when the lane has nothing else. So batches are as large as the lane is busy, and none waits for a timer.
    /// </summary>
    public void HandOver()
    {
        while (queue.HasRoom && NextToGo(queue.Count == 0) is { } partition)
        {
            queue.Offer(partition.TakeOldest());
        }

        Held = 0;
        foreach (var partition in _partitions)
        {
            Held += partition.Held;
        }
    }

    /// <inheritdoc cref="LanePause.Observe"/>
    public bool? Observe(bool othersFlow)
    {
        var taken = queue.Taken;
        var hasMoved = taken != _takenBefore;
        _takenBefore = taken;
        return pause.Observe(Held, IsFull, hasMoved, othersFlow);
    }

    private AssignedPartition? NextToGo(bool takesAny)
    {
        for (var i = 0; i < _partitions.Count; i++)
        {
            var partition = _partitions[(_turn + i) % _partitions.Count];
            if (partition.HoldsFullBatch || (takesAny && partition.Held > 0))
            {
                _turn = (_turn + i + 1) % _partitions.Count;
                return partition;
            }
        }

        return null;
    }
}
