using Akka;
using Akka.Streams.Dsl;
using Fraud.Stream.Batching;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Kafka;

/// <summary>
/// The Kafka source of a node: one consumer on a thread of its own, which reads the partitions that it is told to, for the lanes
/// of one graph. Thread-safe; actors call it and pipe the answers to themselves.
/// </summary>
/// <remarks>
/// <para>
/// Shards decide what is read, not a consumer group: a shard that was claimed calls <see cref="AssignAsync"/> with the offset and
/// the generation of its claim, and <see cref="UnassignAsync"/> when it leaves. Each lane (<see cref="Lane"/>) is a source of batches
/// of one partition each, in the order of offsets; a batch is what is there when the lane asks, up to the pool's batch capacity,
/// and no timer waits for more. A record that cannot be decoded keeps its place as a dead letter.
/// </para>
/// <para>
/// A lane that does not ask holds back its own partitions: some batches wait, then the client is told to pause them. Nothing is
/// dropped but what was read of a partition that was taken away.
/// </para>
/// <para>
/// A consumer that fails is closed, and another one made after a growing wait (Kafka:RestartMin, Kafka:RestartMax), with the same
/// assignments, each from where it was read to: nothing is emitted again. Whatever else goes wrong fails all lanes and ends this;
/// the owner then makes another, with the graph (rule 18 of docs/decisions/0011).
/// </para>
/// <para>
/// One instance serves one instance of the graph. To end: <see cref="StopAsync"/>, wait for the graph, <see cref="DisposeAsync"/>.
/// </para>
/// </remarks>
public sealed class KafkaPartitions : IAsyncDisposable
{
    /// <summary>The offset of a partition that the store knows none of: it is read from where its log starts.</summary>
    public const long LogStart = -1;

    private readonly int _partitions;
    private readonly ConsumerLoop _loop;
    private readonly StageThread _thread;
    private readonly Source<CommittableBatch, NotUsed>[] _sources;

    private KafkaPartitions(ConsumerLoop loop, int partitions)
    {
        _partitions = partitions;
        _loop = loop;
        _sources = [.. loop.Lanes.Select(static lane => Source.FromGraph(new LaneSource(lane.Queue)))];
        _thread = StageThread.Start("kafka-partitions", loop.Run, (_, error) => loop.Quiet.TrySetException(error));
    }

    /// <summary>Starts the thread. It reads nothing until partitions are assigned.</summary>
    /// <param name="counters">What it tells of itself; may outlive it.</param>
    public static KafkaPartitions Start(
        PartitionsSettings settings,
        RecordReader reader,
        MicroBatchPool batches,
        SourceCounters counters,
        TimeProvider time,
        ILogger<KafkaPartitions> log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Lanes, 1, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.QueueCapacity, 1, nameof(settings));
        return new KafkaPartitions(new ConsumerLoop(settings, reader, batches, counters, time, log), settings.Kafka.Partitions);
    }

    /// <summary>Batches that were read and wait for a lane.</summary>
    public int Waiting => _loop.Lanes.Sum(static lane => lane.Queue.Count);

    /// <summary>How many lanes there are.</summary>
    public int Lanes => _sources.Length;

    /// <summary>
    /// Completes when no lane is fed any more: after <see cref="StopAsync"/> or <see cref="DisposeAsync"/>, or because the graph stopped
    /// reading. Faulted when reading failed beyond repair; the lanes then failed with the same reason.
    /// </summary>
    public Task Completion => _loop.Quiet.Task;

    /// <summary>The lane that a partition is read for.</summary>
    public int LaneOf(int partition) => partition % _sources.Length;

    /// <summary>What is read for a lane. Materialized once; a second stream fails.</summary>
    public Source<CommittableBatch, NotUsed> Lane(int lane) => _sources[lane];

    /// <summary>
    /// Reads a partition from now on. An earlier assignment of it ends first. Done when the thread has taken it in, whether a
    /// broker can be reached or not.
    /// </summary>
    /// <param name="offset">The first offset to read, as the store has it, or <see cref="LogStart"/>.</param>
    /// <param name="generation">Of the claim; higher than at any assignment of this partition before.</param>
    public Task<AssignReply> AssignAsync(int partition, long offset, long generation)
    {
        Check(partition, generation);
        return _loop.Commands.SendAsync(new AssignPartition(partition, generation, offset));
    }

    /// <summary>
    /// Ends the reading of a partition under this generation and those before; one that it has under a later one goes on. When it
    /// is done, no lane emits a batch of them, and an assignment of them that comes late is refused.
    /// </summary>
    public Task UnassignAsync(int partition, long generation)
    {
        Check(partition, generation);
        return _loop.Commands.SendAsync(new UnassignPartition(partition, generation));
    }

    /// <summary>
    /// The store holds a batch. The consumer group is told so at an interval (Kafka:CommitInterval), for lag tools, as long as the
    /// partition is assigned under the same generation; where to read on is the store's to say. Returns at once.
    /// </summary>
    public void Commit(CommittableOffset offset)
    {
        Check(offset.Partition, offset.Generation);
        _loop.Stored(offset);
    }

    /// <summary>
    /// Reads no more, emits what was read (Kafka:DrainTimeout at most), completes the lanes, and is done. Offsets can still be committed.
    /// </summary>
    public Task StopAsync()
    {
        _loop.Stop();
        return Completion;
    }

    /// <summary>
    /// Ends at once: lanes complete without what waits for them, offsets that are known are told, the consumer is closed.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _loop.End();
        await _thread.Ended;
    }

    private void Check(int partition, long generation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, _partitions);
        ArgumentOutOfRangeException.ThrowIfNegative(generation);
    }
}
