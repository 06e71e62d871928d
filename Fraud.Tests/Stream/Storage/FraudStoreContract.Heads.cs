using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

/// <content>A commit compares and sets the heads of its shards (rules 1, 2 and 4 of docs/decisions/0011).</content>
public abstract partial class FraudStoreContract
{
    [Fact]
    public void Commit_NextPageOfTheClaim_SetsAllOfTheHead()
    {
        Commit([FromKafka(2, Paid("before", offset: 1))]);
        var head = Store.ReadHeads()[2];
        var commit = Owned.Next(FromKafka(2, Paid("a", offset: 2)))[0];

        Assert.Empty(Store.Commit([FromKafka(2, Paid("a", offset: 2))], [commit]));

        Assert.Equal(head with { Sequence = 2, NextOffset = 3, CommitId = commit.CommitId }, Store.ReadHeads()[2]);
        Assert.Equal(Store.ReadHeads()[2], Store.ReadHeads([2])[0]);
    }

    [Theory]
    [InlineData(-1, 2)] // an older claim
    [InlineData(1, 2)] // one that is not there yet
    [InlineData(0, 1)] // the page that is there
    [InlineData(0, 3)] // one page too far
    public void Commit_HeadNotAsExpected_WritesNothing(long generations, long sequence)
    {
        Owned.Open(Store.Claim(2, Other));
        Commit([FromKafka(2, Paid("before", offset: 1))]);
        var head = Store.ReadHeads()[2];
        var payments = new[] { Paid("a", offset: 2, decision: Decision.Block), Paid("before", offset: 3), Undecodable(2, 4) };
        var commit = new ShardCommit(2, head.Generation + generations, sequence, NextOffset: 5, Guid.NewGuid());

        Assert.Equal([2], Store.Commit([FromKafka(2, payments)], [commit]));

        Assert.Equal(head, Store.ReadHeads()[2]);
        Assert.Equal(new StoreCounts(Results: 1, Alerts: 0, Labels: 0), Store.Count());
        Assert.Equal(["before"], Ids(Journal(2)));
        Commit([FromKafka(2, payments)]);
        Assert.Equal(["before", "a", "before"], Ids(Journal(2)));
    }

    [Fact]
    public void Commit_SomeOfSeveralShardsFenced_NamesThemAndWritesNothingUntilTheyAreTakenOut()
    {
        _ = Owned;
        var claimed = Store.Claim(2, Other);
        var lost = Paid("lost", offset: 7, decision: Decision.Block);
        MicroBatch[] group = [FromKafka(5, Paid("b", offset: 3)), FromKafka(2, lost), FromHttp(Paid("a", shard: 1), Paid("c", shard: 5))];
        var commits = Owned.Next(group);
        ShardCommit[] withUnclaimed = [.. commits, new ShardCommit(99, 1, 1, null, Guid.NewGuid())];

        Assert.Equal([2, 99], Store.Commit([.. group, FromHttp(Paid("unclaimed", shard: 99))], withUnclaimed).Order());

        Assert.All(Enumerable.Range(0, Shards), shard => Assert.Empty(Journal(shard)));
        Assert.All(Store.ReadHeads(), static head => Assert.Equal((0L, (long?)null), (head.Sequence, head.NextOffset)));
        Assert.Equal(claimed, Store.ReadHeads()[2]);

        // The rest is written at once, with the same numbers.
        lost.State = PaymentState.Fenced;
        Assert.Empty(Store.Commit(group, [.. commits.Where(static commit => commit.Shard != 2)]));

        Assert.Equal(["a", "b", "c"], Ids([.. Journal(1), .. Journal(5)]));
        Assert.Equal(claimed, Store.ReadHeads()[2]);
        Assert.Equal([KeyValuePair.Create(5, 4L)], Store.ReadOffsets(Topic));
    }

    [Fact]
    public void Commit_TheSameCommitTwice_IsCarriedOutOnce()
    {
        MicroBatch[] group = [FromKafka(1, Paid("a", offset: 1, decision: Decision.Block), Undecodable(1, 2)), FromHttp(Paid("b"))];
        var commits = Owned.Next(group);
        Assert.Empty(Store.Commit(group, commits));
        var heads = Store.ReadHeads();

        Assert.Equal([0, 1], Store.Commit(group, commits).Order());

        Assert.Equal(heads, Store.ReadHeads());
        Assert.Equal(["b", "a"], Ids([.. Journal(0), .. Journal(1)]));
    }
}
