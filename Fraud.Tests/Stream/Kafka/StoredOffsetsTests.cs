using Fraud.Stream.Kafka;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>Which offsets lag tools are told.</summary>
public sealed class StoredOffsetsTests
{
    private readonly StoredOffsets _stored = new(partitions: 2);

    [Fact]
    public void TryMove_SeveralWords_GivesTheLastOneOnce()
    {
        var partition = new AssignedPartition(1, generation: 3, start: 5);
        _stored.Put(new CommittableOffset(1, 3, 10));
        _stored.Put(new CommittableOffset(1, 3, 20));

        Assert.True(_stored.TryMove(partition));
        Assert.Equal(20, partition.Stored);
        Assert.False(_stored.TryMove(partition));
        Assert.False(_stored.TryMove(new AssignedPartition(0, generation: 3, start: 5)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void TryMove_WordOfAnotherGeneration_IsNotTold(long generation)
    {
        var partition = new AssignedPartition(1, generation: 3, start: 5);
        _stored.Put(new CommittableOffset(1, generation, 10));

        Assert.False(_stored.TryMove(partition));
        Assert.Equal(5, partition.Stored);
    }

    [Fact]
    public void Put_EarlierGenerationAfterALaterOne_ChangesNothing()
    {
        var partition = new AssignedPartition(1, generation: 3, start: 5);
        _stored.Put(new CommittableOffset(1, 3, 20));
        _stored.Put(new CommittableOffset(1, 2, 19));

        Assert.True(_stored.TryMove(partition));
        Assert.Equal(20, partition.Stored);
    }
}
