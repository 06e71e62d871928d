using System.Collections.Concurrent;

namespace Fraud.Stream.Ingest;

/// <summary>What the source tells of itself; written by its thread, read by any.</summary>
public sealed class SourceCounters
{
    private readonly ConcurrentDictionary<int, long> _next = [];
    private long _read;
    private long _missing;
    private long _foreign;
    private int _waiting;
    private int _paused;
    private int _partitions;
    private int _state;

    /// <summary>Records read.</summary>
    public long RecordsRead => Interlocked.Read(ref _read);

    /// <summary>Records that were gone from the broker's log before they were read.</summary>
    public long RecordsMissing => Interlocked.Read(ref _missing);

    /// <summary>Records whose card belongs to another partition than the one that they were in. Counted by the partitions source.</summary>
    public long ForeignCards => Interlocked.Read(ref _foreign);

    /// <summary>Records that were read and wait for room in their lane. Counted by the partitions source.</summary>
    public int Waiting
    {
        get => Volatile.Read(ref _waiting);
        internal set => Volatile.Write(ref _waiting, value);
    }

    /// <summary>Partitions that wait for their lane.</summary>
    public int PausedPartitions
    {
        get => Volatile.Read(ref _paused);
        internal set => Volatile.Write(ref _paused, value);
    }

    /// <summary>Partitions that this node reads.</summary>
    public int Partitions
    {
        get => Volatile.Read(ref _partitions);
        internal set => Volatile.Write(ref _partitions, value);
    }

    public SourceState State
    {
        get => (SourceState)Volatile.Read(ref _state);
        internal set => Volatile.Write(ref _state, (int)value);
    }

    /// <summary>By partition that this node reads: the offset after the newest stored record. Absent until one is known.</summary>
    public IReadOnlyDictionary<int, long> NextOffsets => _next;

    internal void Stored(int partition, long next) => _next[partition] = next;

    internal void Forget(int partition) => _next.TryRemove(partition, out _);

    /// <summary>The consumer is made anew; it will be told what it reads.</summary>
    internal void ForgetAll() => _next.Clear();

    internal void Read() => Interlocked.Increment(ref _read);

    internal void Foreign() => Interlocked.Increment(ref _foreign);

    internal void Gap(long records) => Interlocked.Add(ref _missing, records);
}

public enum SourceState
{
    Starting,
    Running,
    Restarting,
    Stopped,
}
