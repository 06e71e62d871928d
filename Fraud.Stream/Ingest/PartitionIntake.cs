using Fraud.Stream.Batching;

namespace Fraud.Stream.Ingest;

/// <summary>What the source holds of one partition between the client and its lane.</summary>
internal sealed class PartitionIntake(int partition, long nextOffset)
{
    public int Partition => partition;

    /// <summary>The offset that should come next, or -1 when any may; a higher one means that records are gone.</summary>
    public long NextOffset { get; set; } = nextOffset;

    /// <summary>The batch being filled.</summary>
    public MicroBatch? Batch { get; set; }

    /// <summary>
    /// Full batches that the lane had no room for, oldest first. Bounded by what the client had in hand when
    /// the partition was paused.
    /// </summary>
    public Queue<MicroBatch> Overflow { get; } = new();

    /// <summary>What goes to the lane next.</summary>
    public MicroBatch? Oldest => Overflow.TryPeek(out var full) ? full : Batch;

    public bool IsPaused { get; set; }

    public void RemoveOldest()
    {
        if (!Overflow.TryDequeue(out _))
        {
            Batch = null;
        }
    }
}
