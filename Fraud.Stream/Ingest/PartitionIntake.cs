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

    /// <summary>
    /// How many records are gone, when this offset came instead of the expected one. Transaction markers and
    /// aborted or compacted records leave holes too, but those lie in the log that the broker still has.
    /// </summary>
    /// <param name="logStart">The log's first offset; negative when the broker does not tell (before Kafka 0.11, which had no transactions).</param>
    public long MissingBefore(long offset, long logStart) =>
        NextOffset < 0 ? 0 : Math.Max(0, (logStart < 0 ? offset : Math.Min(offset, logStart)) - NextOffset);

    /// <summary>
    /// Null until the client was told either. It keeps a pause over a loss and a new assignment of the partition.
    /// </summary>
    public bool? IsPaused { get; set; }

    /// <summary>Since when another node's claim stands against this one's assignment, as a timestamp; 0: it does not.</summary>
    public long ContestedSince { get; set; }

    /// <summary>Gives back what is held; it is read again from another offset.</summary>
    public void Restart(long nextOffset)
    {
        while (Oldest is { } held)
        {
            held.Release();
            RemoveOldest();
        }

        NextOffset = nextOffset;
        ContestedSince = 0;
    }

    public void RemoveOldest()
    {
        if (!Overflow.TryDequeue(out _))
        {
            Batch = null;
        }
    }
}
