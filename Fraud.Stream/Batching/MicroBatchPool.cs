using System.Collections.Concurrent;

namespace Fraud.Stream.Batching;

/// <summary>
/// Keeps micro-batches for reuse. It never refuses: the bounded queues of the graph limit how many
/// batches are out, the pool only limits how many idle ones are kept.
/// </summary>
public sealed class MicroBatchPool(int batchCapacity, int maxIdle)
{
    private readonly ConcurrentQueue<MicroBatch> _idle = new();

    public int BatchCapacity => batchCapacity;

    /// <summary>An empty batch, held once.</summary>
    public MicroBatch Rent()
    {
        if (!_idle.TryDequeue(out var batch))
        {
            batch = new MicroBatch(this, batchCapacity);
        }

        batch.Rent();
        return batch;
    }

    internal void Return(MicroBatch batch)
    {
        batch.Clear();
        if (_idle.Count < maxIdle)
        {
            _idle.Enqueue(batch);
        }
    }
}
