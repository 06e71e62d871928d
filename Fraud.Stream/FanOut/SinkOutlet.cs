using Fraud.Stream.Batching;

namespace Fraud.Stream.FanOut;

/// <summary>
/// One scoring thread's way to the sinks. The store has a queue for those who wait and one for Kafka, so that a full
/// store holds up only what nobody waits for; the other sinks keep up with anything and have one queue each.
/// </summary>
/// <param name="store">This thread's own; nobody else writes to it.</param>
/// <param name="others">Shared by all scoring threads.</param>
public sealed class SinkOutlet(BatchInlet store, params IReadOnlyList<StageQueue<MicroBatch>> others)
{
    private readonly FanOut<MicroBatch> _express = new(Retain, [store.Express, .. others]);
    private readonly FanOut<MicroBatch> _bulk = new(Retain, [store.Bulk, .. others]);

    /// <summary>Batches from Kafka that the store's queue takes now; only the caller makes it less.</summary>
    public int BulkRoom => store.Bulk.Capacity - store.Bulk.Count;

    /// <summary>Set when <see cref="BulkRoom"/> has grown.</summary>
    public WakeSignal BulkWritable
    {
        set => store.Bulk.Writable = value;
    }

    public void Write(MicroBatch batch, CancellationToken cancellation) =>
        (batch.IsFromKafka ? _bulk : _express).Write(batch, cancellation);

    public void Complete()
    {
        _express.Complete();
        _bulk.Complete();
    }

    private static void Retain(MicroBatch batch, int holders) => batch.Retain(holders);
}
