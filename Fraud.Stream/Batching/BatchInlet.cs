namespace Fraud.Stream.Batching;

/// <summary>The two queues from one stage's thread to the next stage: somebody waits for what is in Express.</summary>
/// <param name="wake">The reading thread's signal.</param>
public sealed class BatchInlet(int capacity, WakeSignal wake)
{
    /// <summary>Batches of payments that came over HTTP.</summary>
    public StageQueue<MicroBatch> Express { get; } = new(capacity, wake);

    /// <summary>Batches read from Kafka.</summary>
    public StageQueue<MicroBatch> Bulk { get; } = new(capacity, wake);

    public bool IsEnded => Express.IsEnded && Bulk.IsEnded;

    public StageQueue<MicroBatch> QueueOf(MicroBatch batch) => batch.IsFromKafka ? Bulk : Express;

    public void Complete()
    {
        Express.Complete();
        Bulk.Complete();
    }
}
