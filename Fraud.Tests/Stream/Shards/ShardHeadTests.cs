using Fraud.Stream.Shards;

namespace Fraud.Tests.Stream.Shards;

/// <summary>What the statements on a head mean (rules 1, 2 and 7 of docs/decisions/0011).</summary>
public sealed class ShardHeadTests
{
    private const string First = "one-1";
    private const string Second = "two-1";
    private static readonly Guid _commit = new(3, 0, 0, new byte[8]);

    [Fact]
    public void Claim_OfAnotherOwner_RaisesTheGenerationAndKeepsTheRest()
    {
        var head = Written(ShardHead.New(4).Claim(First), 12);

        var claimed = head.Claim(Second);

        Assert.Equal(head with { Generation = 2, Owner = Second }, claimed);
    }

    [Fact]
    public void Commit_NextSequenceOfTheGeneration_SetsAllOfIt()
    {
        var head = ShardHead.New(4).Claim(First);

        Assert.True(head.TryCommit(new ShardCommit(4, 1, 1, 7, _commit), out var next));

        Assert.Equal(head with { Sequence = 1, NextOffset = 7, CommitId = _commit }, next);
    }

    [Theory]
    [InlineData(1, 2)] // an older generation
    [InlineData(3, 2)] // one that does not exist yet
    [InlineData(2, 1)] // the sequence that is there
    [InlineData(2, 3)] // one page too far
    public void Commit_NotWhatTheHeadExpects_ChangesNothing(long generation, long sequence)
    {
        var head = Written(ShardHead.New(4).Claim(First), 12).Claim(Second);

        Assert.False(head.TryCommit(new ShardCommit(4, generation, sequence, 20, _commit), out var next));

        Assert.Equal(head, next);
    }

    [Theory]
    [InlineData(1, 0, 1, true)]
    [InlineData(2, 0, 1, false)] // of another generation
    [InlineData(1, 1, 1, false)] // of a snapshot that is not the last: a write that came late
    [InlineData(1, 0, 2, false)] // of a page that is not stored
    public void Snapshot_Move_IsTakenFromTheLastOneAlone(long generation, long from, long to, bool isTaken)
    {
        var head = Written(ShardHead.New(4).Claim(First), 12);

        Assert.Equal(isTaken, head.TrySnapshot(new SnapshotMove(4, generation, from, to), out var next));

        Assert.Equal(isTaken ? head with { SnapshotSequence = to } : head, next);
    }

    [Fact]
    public void Release_AfterAnotherClaim_TakesNothingFromTheOther()
    {
        var head = ShardHead.New(4).Claim(First).Claim(Second) with { Address = "http://two" };

        Assert.False(head.TryRelease(1, out var kept));
        Assert.Equal(head, kept);
        Assert.True(head.TryRelease(2, out var released));
        Assert.Equal(head with { Owner = "", Address = "" }, released);
        Assert.False(released.IsOwned);
    }

    private static ShardHead Written(ShardHead head, long nextOffset)
    {
        Assert.True(head.TryCommit(new ShardCommit(head.Shard, head.Generation, head.Sequence + 1, nextOffset, _commit), out var next));
        return next;
    }
}
