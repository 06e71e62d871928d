using Fraud.Stream.Batching;
using Fraud.Stream.Shards;
using Fraud.Tests.Stream.Storage;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Shards;

/// <summary>What the commits of a process are, from memory alone (rules 2 and 3 of docs/decisions/0011).</summary>
public sealed class CommitCursorsTests
{
    private readonly CommitCursors _cursors = new();

    public CommitCursorsTests()
    {
        _cursors.Open(CommitCursor.At(ShardHead.New(2) with { Generation = 4, Sequence = 10, NextOffset = 50 }));
        _cursors.Open(CommitCursor.At(ShardHead.New(1) with { Generation = 7 }));
    }

    [Fact]
    public void Next_BatchesOfSeveralShards_IsAPageOfEachInTheirOrder()
    {
        var commits = _cursors.Next([FromKafka(2, Paid("a", offset: 50), Paid("b", offset: 52)), FromHttp(Paid("c", shard: 2), Paid("d", shard: 1))]);

        Assert.Equal([(1, 7L, 1L, null), (2, 4L, 11L, 53L)], commits.Select(static commit => (commit.Shard, commit.Generation, commit.Sequence, commit.NextOffset)));
        Assert.Equal(2, commits.Select(static commit => commit.CommitId).Distinct().Count());
    }

    /// <summary>
    /// A topic that was deleted and created again starts over. Its records are read from their start, so that none is passed over; with the
    /// old offset kept, the next owner would pass over all that came below it meanwhile.
    /// </summary>
    [Fact]
    public void Next_OffsetBeforeTheStoredOne_IsTheOneThatIsStored()
    {
        var again = _cursors.Next([FromKafka(2, Paid("a", offset: 0), Paid("b", offset: 1))]);
        Assert.Equal(2, Assert.Single(again).NextOffset);

        _cursors.Move(again);

        // Without records the offset stays where the new topic is.
        Assert.Equal(2, Assert.Single(_cursors.Next([FromHttp(Paid("c", shard: 2))])).NextOffset);
    }

    [Fact]
    public void Next_SomePaymentsOfABatchAreFenced_LeavesTheOffsetToTheNextOwner()
    {
        var commits = _cursors.Next([FromKafka(2, Paid("a", offset: 50), Paid("b", offset: 51, state: PaymentState.Fenced))]);

        Assert.Equal(50, Assert.Single(commits).NextOffset);
    }

    [Fact]
    public void Next_NothingToWrite_IsNoCommit() => Assert.Empty(_cursors.Next(
        [FromHttp(Paid("a", shard: 1, state: PaymentState.Fenced), Paid("b", shard: 2, state: PaymentState.Expired)), FromHttp()]));

    [Fact]
    public void Next_ShardThatIsNotOpen_IsAMistake()
    {
        _cursors.Close(2);

        Assert.Null(_cursors.Find(2));
        Assert.Throws<InvalidOperationException>(() => _cursors.Next([FromHttp(Paid("a", shard: 2))]));
    }
}
