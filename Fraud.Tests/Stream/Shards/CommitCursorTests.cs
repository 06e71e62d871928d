using Fraud.Stream.Shards;

namespace Fraud.Tests.Stream.Shards;

/// <summary>Positions in memory: of commits, markers and replay (rules 2, 3 and 7 of docs/decisions/0011).</summary>
public sealed class CommitCursorTests
{
    private static readonly Guid _id = new(1, 0, 0, new byte[8]);
    private static readonly ShardHead _head =
        ShardHead.New(2) with { Generation = 4, Sequence = 10, NextOffset = 50, SnapshotSequence = 7 };

    [Fact]
    public void Next_PageWithRecords_GoesOnFromTheClaimsHead()
    {
        var cursor = CommitCursor.At(_head);

        var first = cursor.Next(60, _id);
        var second = cursor.After(first).Next(null, _id);

        Assert.Equal(new ShardCommit(2, 4, 11, 60, _id), first);
        Assert.Equal(new ShardCommit(2, 4, 12, 60, _id), second);
    }

    [Fact]
    public void Next_OffsetBeforeTheStoredOne_IsTaken() =>
        Assert.Equal(new ShardCommit(2, 4, 11, 3, _id), CommitCursor.At(_head).Next(3, _id));

    [Fact]
    public void Takes_OtherGeneration_IsRefused()
    {
        var cursor = CommitCursor.At(_head);

        Assert.True(cursor.Takes(4));
        Assert.False(cursor.Takes(3));
        Assert.False(cursor.Takes(5));
    }

    [Fact]
    public void Snapshot_MarkerBehindACommit_ContainsItAndStartsAtTheOneBefore()
    {
        var cursor = CommitCursor.At(_head);
        cursor = cursor.After(cursor.Next(60, _id));

        var move = cursor.Snapshot();

        Assert.Equal(new SnapshotMove(2, 4, From: 7, To: 11), move);
        Assert.Equal(11, cursor.After(move).Snapshot().From);
    }

    [Fact]
    public void Replay_PagesBehindTheSnapshot_IsCompleteAtTheHead()
    {
        var cursor = ReplayCursor.From(_head);
        Assert.False(cursor.IsComplete);
        for (var sequence = 8; sequence <= 10; sequence++)
        {
            Assert.True(cursor.TryAccept(sequence, out cursor));
        }

        Assert.True(cursor.IsComplete);
    }

    [Theory]
    [InlineData(7)] // contained in the snapshot
    [InlineData(9)] // a page is missing
    public void Replay_PageThatIsNotTheNext_IsRefused(long sequence)
    {
        var cursor = ReplayCursor.From(_head);

        Assert.False(cursor.TryAccept(sequence, out var next));
        Assert.Equal(cursor, next);
    }

    [Fact]
    public void Replay_PageBeyondTheClaimsHead_IsRefused() =>
        Assert.False(ReplayCursor.From(_head with { SnapshotSequence = 10 }).TryAccept(11, out _));
}
