using Fraud.Stream.Shards;

namespace Fraud.Tests.Stream.Shards;

/// <summary>The fate of each shard of a group (rules 2 and 4 of docs/decisions/0011).</summary>
public sealed class GroupCommitTests
{
    private static readonly Guid _id = new(1, 0, 0, new byte[8]);
    private static readonly Guid _other = new(2, 0, 0, new byte[8]);

    [Fact]
    public void Written_All_IsDone()
    {
        var step = Group().Written([]);

        Assert.Equal([1, 2, 3], Shards(step.Done));
        Assert.Equal(GroupAction.Finished, step.Next.Action);
    }

    [Fact]
    public void Begin_AnyOrder_SendsInOrderOfShards() => Assert.Equal([1, 2, 3], Shards(Group().Pending));

    [Fact]
    public void Written_OneMissing_WritesTheRestAtOnceWithTheSameNumbers()
    {
        var group = Group();

        var step = group.Written([2]);

        Assert.Empty(step.Done);
        Assert.Equal([2], Shards(step.Lost));
        Assert.Equal(GroupAction.Write, step.Next.Action);
        Assert.Equal(group.Pending.Where(static commit => commit.Shard != 2), step.Next.Pending);
    }

    [Fact]
    public void Written_AllMissing_HasNothingLeftToWrite() =>
        Assert.Equal(GroupAction.Finished, Group().Written([1, 2, 3]).Next.Action);

    [Fact]
    public void Read_AfterAnUnknownOutcome_DecidesEachShardAlone()
    {
        var group = Group().Unknown().Next;
        Assert.Equal(GroupAction.ReadHeads, group.Action);

        var step = group.Read([Head(1, 5, 8, _id), Head(2, 5, 7, _other), Head(3, 6, 7, _other)]);

        Assert.Equal([1], Shards(step.Done));
        Assert.Equal([3], Shards(step.Lost));
        Assert.Equal([2], Shards(step.Next.Pending));
        Assert.Equal(GroupAction.Write, step.Next.Action);
    }

    [Theory]
    [InlineData(6, 8, true)] // claimed by another, who answers for it
    [InlineData(5, 8, false)] // the sequence is there, by another commit
    [InlineData(5, 9, true)] // beyond it
    [InlineData(5, 6, false)] // before it
    public void Decide_HeadThatIsNotOurs_DropsTheShard(long generation, long sequence, bool isOurId) =>
        Assert.Equal(CommitDecision.Drop, CommitDecisions.Decide(Head(1, generation, sequence, isOurId ? _id : _other), Commit(1)));

    [Theory]
    [InlineData(5, 3, CommitDecision.WriteAgain)]
    [InlineData(5, 6, CommitDecision.Done)]
    [InlineData(6, 6, CommitDecision.Drop)]
    [InlineData(5, 4, CommitDecision.Drop)]
    public void Decide_SnapshotOfUnknownOutcome_AsksForPositionAndGeneration(long generation, long snapshot, CommitDecision expected) =>
        Assert.Equal(
            expected,
            CommitDecisions.Decide(
                Head(1, generation, 8, _id) with { SnapshotSequence = snapshot }, new SnapshotMove(1, 5, From: 3, To: 6)));

    [Fact]
    public void Decide_SnapshotThatMovesNowhere_IsWrittenAgainBecauseNothingTellsWhetherItsLabelsAre() =>
        Assert.Equal(
            CommitDecision.WriteAgain,
            CommitDecisions.Decide(Head(1, 5, 8, _id) with { SnapshotSequence = 6 }, new SnapshotMove(1, 5, From: 6, To: 6)));

    [Fact]
    public void Written_MissingAfterAnUnknownOutcome_IsReadBeforeItIsTakenForFenced()
    {
        // The attempt before was late and landed between the reading of the heads and this attempt.
        var again = Group().Unknown().Next.Read([Head(1, 5, 7, _other), Head(2, 5, 7, _other), Head(3, 5, 7, _other)]).Next;

        var step = again.Written([1, 2, 3]);

        Assert.Empty(step.Lost);
        Assert.Equal(GroupAction.ReadHeads, step.Next.Action);
        Assert.Equal([1, 2, 3], Shards(step.Next.Read([Head(1, 5, 8, _id), Head(2, 5, 8, _id), Head(3, 5, 8, _id)]).Done));
    }

    [Fact]
    public void Unknown_HeadsThatCannotBeRead_AreReadAgain()
    {
        var step = Group().Unknown().Next.Unknown();

        Assert.Equal(GroupAction.ReadHeads, step.Next.Action);
        Assert.Equal([1, 2, 3], Shards(step.Next.Pending));
    }

    [Fact]
    public void Read_HeadThatIsAbsent_IsLost() => Assert.Equal([1, 2, 3], Shards(Group().Unknown().Next.Read([]).Lost));

    private static GroupCommit Group() => GroupCommit.Begin([Commit(3), Commit(1), Commit(2)]);

    private static ShardCommit Commit(int shard) => new(shard, Generation: 5, Sequence: 8, NextOffset: 100, _id);

    private static ShardHead Head(int shard, long generation, long sequence, Guid id) =>
        ShardHead.New(shard) with { Generation = generation, Sequence = sequence, CommitId = id };

    private static IEnumerable<int> Shards(IEnumerable<ShardCommit> commits) => commits.Select(static commit => commit.Shard);
}
