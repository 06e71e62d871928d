using Akka;
using Akka.Streams.Dsl;
using Fraud.Stream.Batching;
using Fraud.Stream.Kafka;

namespace Fraud.Benchmarks.Workload;

/// <summary>Feeds a lane as the Kafka source does: through its queue, from one thread that sleeps while there is no room.</summary>
#pragma warning disable CA1001 // The event's kernel handle is never asked for, so there is nothing to dispose of.
internal sealed class LaneFeeder
#pragma warning restore CA1001
{
    // How late the end of a lane without a reader may be noticed.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _room = new(initialState: false);
    private readonly LaneQueue _queue;

    /// <param name="capacity">Batches that may wait.</param>
    public LaneFeeder(int capacity)
    {
        _queue = new LaneQueue(capacity, _room.Set);
        Source = Akka.Streams.Dsl.Source.FromGraph(new LaneSource(_queue));
    }

    /// <summary>What was offered. Materialized once.</summary>
    public Source<CommittableBatch, NotUsed> Source { get; }

    /// <summary>Waits for room.</summary>
    public void Offer(MicroBatch batch, CancellationToken cancellation)
    {
        while (!_queue.HasRoom && !_queue.IsCancelled)
        {
            _room.Reset();
            if (!_queue.HasRoom)
            {
                _room.Wait(LongestWait, cancellation);
            }
        }

        var next = batch.Count > 0 ? batch.Payments[^1].KafkaOffset + 1 : 0;
        _queue.Offer(new CommittableBatch(batch, new CommittableOffset(Math.Max(0, batch.KafkaPartition), batch.Generation, next)));
    }

    public void End() => _queue.End();
}
