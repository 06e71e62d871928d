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

        Assert.Equal([PaymentState.Scored, PaymentState.Scored, PaymentState.Undecodable], payments.Select(static payment => payment.State));
        Assert.Equal(head, Store.ReadHeads()[2]);
        Assert.Equal(new StoreCounts(Results: 1, Alerts: 0, OutboxPending: 0, Labels: 0), Store.Count());
        Assert.Equal(["before"], Ids(Journal(2)));
        Commit([FromKafka(2, payments)]);
        Assert.Equal(["before", "a"], Ids(Journal(2)));
    }

    [Fact]
    public void Commit_SomeOfSeveralShardsFenced_NamesThemAndWritesNothingUntilTheyAreTakenOut()
    {
        _ = Owned;
        var claimed = Store.Claim(2, Other);
        var lost = Paid("lost", offset: 7, decision: Decision.Block);
        MicroBatch[] group = [FromKafka(5, Paid("b", offset: 3)), FromKafka(2, lost), FromHttp(Paid("a", shard: 1), Paid("c", shard: 5))];
        var commits = Owned.Next(group);
        ShardCommit[] withUnclaimed = [.. commits.Reverse(), new ShardCommit(99, 1, 1, null, Guid.NewGuid())];

        Assert.Equal([2, 99], Store.Commit([.. group, FromHttp(Paid("unclaimed", shard: 99))], withUnclaimed).Order());

        Assert.Equal(default, Store.Count());
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
        var (heads, counts) = (Store.ReadHeads(), Store.Count());

        Assert.Equal([0, 1], Store.Commit(group, commits).Order());

        Assert.Equal(heads, Store.ReadHeads());
        Assert.Equal(counts, Store.Count());
        Assert.Equal(PaymentState.Scored, group[1].Payments[0].State);
    }

    [Fact]
    public void Commit_WithoutAnOffset_LeavesTheOneThatIsThere()
    {
        Commit([FromKafka(1, Paid("a", offset: 6))]);
        var commit = Owned.Next(FromHttp(Paid("b", shard: 1)))[0];

        Store.Commit([FromHttp(Paid("b", shard: 1))], [commit with { NextOffset = null }]);

        Assert.Equal((2L, 7L), (Store.ReadHeads()[1].Sequence, Store.ReadHeads()[1].NextOffset));
    }

    [Fact]
    public void Commit_PaymentsWithoutACommitOrWithTwo_Throws()
    {
        var commit = Owned.Next(FromHttp(Paid("a")))[0];

        Assert.Throws<ArgumentException>(() => Store.Commit([FromHttp(Paid("a"), Paid("b", shard: 1))], [commit]));
        Assert.Throws<ArgumentException>(() => Store.Commit([FromHttp(Paid("a"))], [commit, commit with { Sequence = 2 }]));

        Assert.Equal(default, Store.Count());
    }

    [Fact]
    public void Settle_CommitThatWasCarriedOut_GivesWhatTheCommitWouldHaveGiven()
    {
        Commit([FromHttp(Paid("stored", score: 0.75f, decision: Decision.Review, reasons: ["amount ×9"]))]);
        var (expected, settled, commits) = (Group(), Group(), Owned.Next(Group()));
        Assert.Empty(Store.Commit(expected, commits));

        Store.Settle(settled, commits);
        AssertSameAnswers(expected, settled);
        // The answer to that got lost, too.
        Store.Settle(settled, commits);
        AssertSameAnswers(expected, settled);

        Assert.Equal(
            [PaymentState.Scored, PaymentState.Duplicate, PaymentState.Duplicate, PaymentState.Duplicate, PaymentState.Duplicate],
            settled[0].Payments.ToArray().Select(static payment => payment.State));

        static MicroBatch[] Group() =>
        [
            FromHttp(
                Paid("new", score: 0.9f, decision: Decision.Block, reply: new Answer()),
                Paid("new", score: 0.1f, reply: new Answer()),
                Paid("stored", score: 0.2f, reply: new Answer()),
                Paid("stored", score: 0.3f),
                Paid("stored", score: 0.4f, state: PaymentState.Duplicate, reply: new Answer())),
            FromKafka(3, Paid("kafka", offset: 4), Undecodable(3, 5)),
            FromHttp(Paid("fenced", shard: 4, state: PaymentState.Fenced), Paid("expired", shard: 4, state: PaymentState.Expired)),
        ];
    }

    [Fact]
    public void Settle_SomeShards_LeavesTheOthersAsTheyAre()
    {
        Commit([FromHttp(Paid("a"), Paid("b", shard: 1))]);
        var batch = FromHttp(Paid("a"), Paid("b", shard: 1));
        var commits = Owned.Next(batch);
        Assert.Empty(Store.Commit([FromHttp(Paid("a"))], [commits[0]]));

        Store.Settle([batch], [commits[0]]);

        Assert.Equal([PaymentState.Duplicate, PaymentState.Scored], batch.Payments.ToArray().Select(static payment => payment.State));
        Assert.Throws<InvalidOperationException>(() => Store.Settle([batch], [commits[1]]));
        Assert.Equal(PaymentState.Scored, batch.Payments[1].State);
    }

    private static void AssertSameAnswers(MicroBatch[] expected, MicroBatch[] actual) => Assert.Equal(
        expected.SelectMany(static batch => batch.Payments.ToArray()).Select(Shown),
        actual.SelectMany(static batch => batch.Payments.ToArray()).Select(Shown));

    private static string Shown(Payment payment) =>
        $"{payment.Transaction.Id} {payment.State} {payment.Score} {payment.Decision} {string.Join(',', payment.Reasons)} {payment.ScoredBy}";
}
