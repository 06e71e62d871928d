using Fraud.Stream.Batching;
using Fraud.Stream.Ingest;
using Fraud.Stream.Kafka;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>What leaves for a lane, in which order, and what does not when its partition is taken away.</summary>
public sealed class LaneTests
{
    private const int BatchCapacity = 2;
    private const int QueueCapacity = 3;
    private const int MostHeld = 8;

    private readonly MicroBatchPool _batches = new(BatchCapacity, maxIdle: 16);
    private readonly SourceCounters _counters = new();
    private readonly PartitionTable _table = new(partitions: 4);
    private readonly PartitionLanes _lanes;
    private readonly long[] _next = new long[4];

    public LaneTests() => _lanes = new PartitionLanes(
        _table,
        [.. Enumerable.Range(0, 2).Select(_ => new Lane(
            new LaneQueue(QueueCapacity, static () => { }), new LanePause(TimeSpan.FromSeconds(1), new FakeTimeProvider()), MostHeld))],
        _counters);

    [Fact]
    public void HandOver_OnePartition_KeepsItsOrder()
    {
        Assign(0);
        Read(0, count: 5);

        Assert.Equal([2L, 4, 5], TakeAll(lane: 0).Select(static batch => batch.Offset.Next));
        Assert.Equal(0, _lanes.Held);
    }

    [Fact]
    public void HandOver_PartlyFilledBatch_GoesWhenTheLaneHasNothingElse()
    {
        Assign(0);
        Read(0, count: 3);

        _lanes.HandOver();
        Assert.Equal(1, _lanes.Lanes[0].Queue.Count);
        Read(0, count: 1);
        _lanes.HandOver();

        // In the meantime it became a full one.
        Assert.Equal([2, 2], TakeAll(lane: 0).Select(static batch => batch.Batch.Count));
    }

    [Fact]
    public void HandOver_SeveralPartitions_TakeTurns()
    {
        Assign(0);
        Assign(2);
        Read(0, count: 8);
        Read(2, count: 4);

        Assert.Equal([0, 2, 0, 2, 0, 0], TakeAll(lane: 0).Select(static batch => batch.Partition));
    }

    [Fact]
    public void HandOver_LaneTakesNothing_HoldsBackItsPartitionsOnly()
    {
        Assign(0);
        Assign(1);
        Read(0, count: (QueueCapacity * BatchCapacity) + MostHeld);
        Read(1, count: 1);

        _lanes.HandOver();

        Assert.True(_lanes.Lanes[0].IsFull);
        Assert.False(_lanes.Lanes[0].Flows);
        Assert.True(_lanes.Lanes[1].Flows);
        Assert.True(_lanes.AreBlocked);
        Assert.Equal(MostHeld, _counters.Waiting);
    }

    [Fact]
    public void Unassign_BatchesInTheQueueAndHeld_NoneIsTakenAndTheOthersKeepTheirOrder()
    {
        Assign(0);
        Assign(2);
        Read(0, count: 6);
        Read(2, count: 6);
        _lanes.HandOver();

        _lanes.Follow(new UnassignPartition(0, Generation: 1), isEnding: false);

        Assert.Equal([(2, 2L), (2, 4), (2, 6)], TakeAll(lane: 0).Select(static batch => (batch.Partition, batch.Offset.Next)));
        Assert.Equal(1, _counters.Partitions);
    }

    [Fact]
    public void Assign_HigherGenerationWithoutUnassign_ReplacesTheEarlierOneWithAllThatWasReadUnderIt()
    {
        Assign(0);
        Read(0, count: 12);
        _lanes.HandOver();

        Assert.Equal(AssignReply.Assigned, _lanes.Follow(new AssignPartition(0, Generation: 2, Offset: 3), isEnding: false));
        _next[0] = 3;
        Read(0, count: 1);

        Assert.Equal(new CommittableOffset(0, 2, 4), Assert.Single(TakeAll(lane: 0)).Offset);
        Assert.Equal(AssignReply.Outdated, _lanes.Follow(new AssignPartition(0, Generation: 2, Offset: 0), isEnding: false));
        Assert.Equal(AssignReply.Ended, _lanes.Follow(new AssignPartition(0, Generation: 3, Offset: 0), isEnding: true));
        Assert.Equal(1, _counters.Partitions);
    }

    [Fact]
    public void Abort_BatchesEverywhere_NoneIsLeft()
    {
        Assign(0);
        Read(0, count: 12);
        _lanes.HandOver();

        _lanes.Abort(failure: null);

        Assert.True(_lanes.Lanes[0].Queue.IsDone);
        Assert.Equal(0, _lanes.Held);
        Assert.Null(_lanes.Lanes[0].Queue.Take());
        Assert.Equal(0, Assert.Single(_lanes.Lanes[0].Partitions).Held);
    }

    private void Assign(int partition) =>
        Assert.Equal(AssignReply.Assigned, _lanes.Follow(new AssignPartition(partition, Generation: 1, Offset: 0), isEnding: false));

    private void Read(int partition, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _table.Find(partition)!.Add(new Payment { Shard = partition, KafkaOffset = _next[partition]++ }, _batches);
        }
    }

    private List<CommittableBatch> TakeAll(int lane)
    {
        var taken = new List<CommittableBatch>();
        do
        {
            _lanes.HandOver();
            while (_lanes.Lanes[lane].Queue.Take() is { } batch)
            {
                taken.Add(batch);
            }
        }
        while (_lanes.Held > 0);

        return taken;
    }
}
