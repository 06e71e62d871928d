using Fraud.Stream.Batching;
using Fraud.Stream.Kafka;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>Which records are still wanted, by partition, generation and offset (rule 3 of docs/decisions/0011).</summary>
public sealed class PartitionTableTests
{
    private readonly PartitionTable _table = new(partitions: 3);
    private readonly MicroBatchPool _batches = new(batchCapacity: 2, maxIdle: 4);

    [Fact]
    public void Admit_AnotherPartition_IsNotWanted()
    {
        _table.Assign(1, generation: 1, start: 0);

        Assert.Null(_table.Admit(0, 5));
        Assert.NotNull(_table.Admit(1, 5));
    }

    [Theory]
    [InlineData(9, false)] // read before
    [InlineData(10, true)]
    [InlineData(12, true)] // a marker of a transaction between
    public void Admit_OffsetAgainstTheNextOne_IsWantedFromThereOn(long offset, bool isWanted)
    {
        _table.Assign(0, generation: 1, start: 10);

        Assert.Equal(isWanted, _table.Admit(0, offset) is not null);
    }

    [Fact]
    public void Add_OneThatGraphsFailedWith_IsABatchOfItsOwnInItsPlace()
    {
        var partition = _table.Assign(0, generation: 1, start: 0)!;
        foreach (var offset in (long[])[0, 1, 2, 3])
        {
            partition.Add(new Payment { KafkaOffset = offset, IsSuspect = offset == 1 }, _batches);
        }

        var batches = new List<long[]>();
        while (partition.Held > 0)
        {
            batches.Add([.. partition.TakeOldest().Batch.Payments.ToArray().Select(static payment => payment.KafkaOffset)]);
        }

        Assert.Equal([[0], [1], [2, 3]], batches);
    }

    [Fact]
    public void Admit_AfterARecordWasKept_WantsLaterOnesOnly()
    {
        Keep(_table.Assign(0, generation: 1, KafkaPartitions.LogStart)!, offset: 7);

        Assert.Null(_table.Admit(0, 7));
        Assert.NotNull(_table.Admit(0, 8));
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, false)] // the same claim cannot come twice
    [InlineData(6, true)]
    public void Assign_AfterAnEarlierOne_NeedsAHigherGeneration(long generation, bool isTaken)
    {
        _table.Assign(0, generation: 5, start: 0);
        _table.Remove(0, generation: 5);

        Assert.Equal(isTaken, _table.IsNewer(0, generation));
        Assert.Equal(isTaken, _table.Assign(0, generation, start: 0) is not null);
    }

    [Fact]
    public void Remove_BeforeItsAssignmentCame_TheAssignmentIsOutdated()
    {
        _table.Remove(0, generation: 5);

        Assert.Null(_table.Assign(0, generation: 5, start: 0));
        Assert.NotNull(_table.Assign(0, generation: 6, start: 0));
    }

    [Fact]
    public void Remove_EarlierGeneration_LeavesTheLaterOne()
    {
        _table.Assign(0, generation: 5, start: 0);

        Assert.Null(_table.Remove(0, generation: 4));
        Assert.NotNull(_table.Admit(0, 0));
    }

    [Fact]
    public void Remove_RecordsHeld_GivesThemBackAndWantsNoMore()
    {
        var assigned = _table.Assign(0, generation: 5, start: 0)!;
        for (var offset = 0; offset < 5; offset++)
        {
            Keep(assigned, offset);
        }

        _table.Remove(0, generation: 5);

        Assert.Equal(0, assigned.Held);
        Assert.Null(_table.Admit(0, 5));
        Assert.Empty(_table.Assigned);
    }

    [Fact]
    public void Version_EachChange_Rises()
    {
        var versions = new List<long> { _table.Version };
        _table.Assign(0, generation: 1, start: 0);
        versions.Add(_table.Version);
        _table.Assign(0, generation: 1, start: 0);
        Assert.Equal(versions[^1], _table.Version);
        _table.Remove(0, generation: 1);
        versions.Add(_table.Version);

        Assert.Equal(versions.Distinct(), versions);
    }

    [Fact]
    public void TakeOldest_SeveralBatches_ComeInOrderWithTheOffsetAfterTheirLast()
    {
        var assigned = _table.Assign(0, generation: 5, start: 0)!;
        foreach (var offset in new[] { 3, 4, 9 })
        {
            Keep(assigned, offset);
        }

        Assert.Equal(new CommittableOffset(0, 5, 5), assigned.TakeOldest().Offset);
        Assert.Equal(new CommittableOffset(0, 5, 10), assigned.TakeOldest().Offset);
        Assert.Throws<InvalidOperationException>(assigned.TakeOldest);
    }

    [Fact]
    public void GoOnAt_LowerOffset_NoBatchHasOffsetsThatFall()
    {
        var assigned = _table.Assign(0, generation: 5, start: 100)!;
        Keep(assigned, offset: 100);
        assigned.GoOnAt(0);
        Keep(assigned, offset: 0);

        Assert.Equal(101, assigned.TakeOldest().Offset.Next);
        Assert.Equal(1, assigned.TakeOldest().Offset.Next);
    }

    private void Keep(AssignedPartition partition, long offset) =>
        partition.Add(new Payment { Shard = partition.Partition, KafkaOffset = offset }, _batches);
}
