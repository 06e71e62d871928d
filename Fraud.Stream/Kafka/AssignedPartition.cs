using Fraud.Stream.Batching;

namespace Fraud.Stream.Kafka;

/// <summary>A partition under one generation: how far it was read, and what was read and waits for its lane. Not thread-safe.</summary>
/// <param name="start">The first offset to read; negative: where the log starts.</param>
internal sealed class AssignedPartition(int partition, long generation, long start)
{
    private readonly Queue<MicroBatch> _full = new();
    private MicroBatch? _filling;

    public int Partition => partition;

    public long Generation => generation;

    /// <summary>The offset after the last record read; negative while any may come first.</summary>
    public long Next { get; private set; } = Math.Max(start, KafkaPartitions.LogStart);

    /// <summary>What the store is known to hold; negative while it is not known.</summary>
    public long Stored { get; set; } = Math.Max(start, KafkaPartitions.LogStart);

    /// <summary>Records that wait for the lane.</summary>
    public int Held { get; private set; }

    public bool HoldsFullBatch => _full.Count > 0;

    /// <summary>A card of another shard was seen, and that was said.</summary>
    public bool SaidForeign { get; set; }

    /// <summary>Keeps a record that was admitted; hands back an empty payment to fill next. One that graphs failed with is a batch of its own.</summary>
    public Payment Add(Payment payment, MicroBatchPool batches)
    {
        if (payment.IsSuspect && _filling is not null)
        {
            Close();
        }

        if (_filling is null)
        {
            _filling = batches.Rent();
            _filling.KafkaPartition = partition;
            _filling.Generation = generation;
        }

        payment.Generation = generation;
        Next = payment.KafkaOffset + 1;
        Held++;
        var empty = _filling.Swap(payment);
        if (_filling.IsFull || _filling.IsAlone)
        {
            Close();
        }

        return empty;
    }

    /// <summary>The oldest batch held, full or not.</summary>
    /// <exception cref="InvalidOperationException">Nothing is held.</exception>
    public CommittableBatch TakeOldest()
    {
        if (!_full.TryDequeue(out var batch))
        {
            batch = _filling ?? throw new InvalidOperationException("Nothing is held.");
            _filling = null;
        }

        Held -= batch.Count;
        return new CommittableBatch(batch, new CommittableOffset(partition, generation, batch.Payments[^1].KafkaOffset + 1));
    }

    /// <summary>Reading goes on elsewhere; what is held is kept, apart from what comes, whose offsets may be lower.</summary>
    public void GoOnAt(long offset)
    {
        Next = offset;
        if (_filling is not null)
        {
            Close();
        }
    }

    /// <summary>Gives back all that is held.</summary>
    public void Drop()
    {
        while (Held > 0)
        {
            TakeOldest().Batch.Release();
        }
    }

    private void Close()
    {
        _full.Enqueue(_filling!);
        _filling = null;
    }
}
