using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

public abstract partial class FraudStoreContract
{
    private static readonly NodeIdentity Node = new("one", "http://one");
    private static readonly NodeIdentity Other = new("two", "http://two");

    [Fact]
    public void Claim_Again_RaisesTheGenerationAndNamesTheOwner()
    {
        var first = Store.Claim(3, Node);
        var second = Store.Claim(3, Other);

        Assert.Equal((1L, "one", "http://one", 0L), (first.Generation, first.Owner, first.Address, first.Sequence));
        Assert.Null(first.NextOffset);
        Assert.Equal((2L, "two", "http://two", true), (second.Generation, second.Owner, second.Address, second.IsOwned));
        Assert.Equal([second], Store.ReadHeads());
    }

    [Fact]
    public void Claim_AfterCommits_TellsWhereTheShardStands()
    {
        Commit([FromKafka(4, Paid("a", offset: 6), Paid("b", offset: 7))]);
        Commit([FromKafka(4, Paid("c", offset: 8)), FromHttp(Paid("d", shard: 5))]);

        var row = Store.Claim(4, Other);

        Assert.Equal((2L, 9L), (row.Sequence, row.NextOffset));
        Assert.Equal((1L, null), (Store.Claim(5, Other).Sequence, Store.Claim(5, Other).NextOffset));
    }

    [Fact]
    public void Release_ByTheOwner_LeavesTheShardToNoOne()
    {
        Assert.True(Store.Release(1, Owned.GenerationOf(1)));

        var head = Store.ReadHeads()[1];
        Assert.Equal((false, "", Owned.GenerationOf(1)), (head.IsOwned, head.Address, head.Generation));
    }

    [Fact]
    public void Release_OfAnOlderClaim_TakesNothingFromTheOther()
    {
        var former = Owned.GenerationOf(1);
        var claimed = Store.Claim(1, Other);

        Assert.False(Store.Release(1, former));

        Assert.Equal(claimed, Store.ReadHeads()[1]);
    }

    [Fact]
    public void ReadHeads_Some_GivesThoseThatWereEverClaimedInTheirOrder()
    {
        var claims = new[] { 7, 2, 4 }.Select(shard => Store.Claim(shard, Node)).ToArray();

        Assert.Equal([claims[1], claims[0]], Store.ReadHeads([7, 99, 2]));
        Assert.Empty(Store.ReadHeads([]));
        Assert.Equal([2, 4, 7], Store.ReadHeads().Select(static head => head.Shard));
    }

    [Fact]
    public void Commit_OnlyFencedPayments_WritesNothing()
    {
        Assert.Empty(Commit([FromKafka(2, Paid("a", offset: 2, state: PaymentState.Fenced)), FromHttp()]));
        Assert.Equal(0, Store.ReadHeads()[2].Sequence);

        Assert.Empty(Store.ReadOffsets(Topic));
        Assert.Equal(0, Store.Count().Results);
    }

    [Fact]
    public async Task Commit_BesideManyClaims_StoresEachPaymentOnce()
    {
        const int Claims = 50;
        const int Commits = 200;
        // The claim that was made last: who writes under an older one is refused.
        var latest = Store.Claim(0, Node);
        var sequences = new List<long>();
        using var other = Reopen();
        var claims = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Claims; i++)
                {
                    var head = Repeat(() => other.Claim(0, Other));
                    // What the claim says is final: no one can write under the former generation any more.
                    Assert.Equal(head.Sequence, other.ReadHeads()[0].Sequence);
                    Assert.Equal(head.Sequence, head.NextOffset ?? 0);
                    sequences.Add(head.Sequence);
                    Volatile.Write(ref latest, head);
                }
            },
            TaskCreationOptions.LongRunning);
        for (var i = 0; i < Commits; i++)
        {
            ShardCommit commit;
            do
            {
                // Where the journal stands the test knows better than a claim that it overtook.
                commit = new ShardCommit(0, Volatile.Read(ref latest).Generation, i + 1, i + 1, Guid.NewGuid());
            }
            while (Repeat(() => Store.Commit([FromKafka(0, Paid($"p{i}", offset: i))], [commit])).Count > 0);
        }

        await claims;

        Assert.Equal(sequences.Order(), sequences);
        Assert.Equal(Enumerable.Range(0, Commits).Select(static i => $"p{i}"), Ids(Journal()));
        Assert.Equal((Claims + 1L, (long)Commits), (Store.ReadHeads()[0].Generation, Store.ReadHeads()[0].Sequence));
    }

    [Fact]
    public void Commit_Pages_HoldThePaymentsInOrder()
    {
        Commit([FromHttp(Paid("a"), Paid("b", shard: 1), Paid("c")), FromKafka(1, Paid("d", offset: 1), Undecodable(1, 2))]);

        var positions = Commit(
        [
            FromHttp(Paid("e", shard: 2, at: July.AddDays(40), card: "its card", terminal: ""), Paid("a"), Paid("f"), Paid("f")),
            FromKafka(1, Paid("b", offset: 3, state: PaymentState.Duplicate)),
            FromKafka(3, Undecodable(3, 8)),
        ]);

        Assert.Equal([(0, 2L), (1, 2L), (2, 1L), (3, 1L)], positions);
        Assert.Equal(["0:1 a,c", "0:2 a,f,f"], Pages(Store.ReadJournal(0, 0, 10)));
        Assert.Equal(["1:1 b,d", "1:2 "], Pages(Store.ReadJournal(1, 0, 10)));
        Assert.Equal(["3:1 "], Pages(Store.ReadJournal(3, 0, 10)));
        Assert.Equal(
            new JournalEntry(ShortText.From("e"), ShortText.From("its card"), default, 1_234, July.AddDays(40).ToUnixTimeMilliseconds()),
            Assert.Single(Journal(2)));
    }

    [Fact]
    public void ReadJournals_FromPositions_GivesEachShardsNextPages()
    {
        for (var i = 0; i < 4; i++)
        {
            Commit([FromHttp(Paid($"a{i}"), Paid($"b{i}", shard: 7))]);
        }

        Assert.Equal(["0:3 a2"], Pages(Store.ReadJournal(0, 2, 1)));
        Assert.Equal(
            ["0:4 a3", "7:1 b0", "7:2 b1"],
            Pages(Store.ReadJournals(new Dictionary<int, long> { [7] = 0, [0] = 3, [5] = 0 }, 2)));
        Assert.Empty(Store.ReadJournals(new Dictionary<int, long>(), 2));
    }

    [Fact]
    public void ReadJournal_WhileCommitting_IsNotDisturbed()
    {
        Commit([FromHttp(Paid("a"))]);
        Commit([FromHttp(Paid("b"))]);

        var seen = new List<long>();
        foreach (var page in Store.ReadJournal(0, 0, 100))
        {
            Commit([FromHttp(Paid($"while-{page.Sequence}"))]);
            seen.Add(page.Sequence);
        }

        Assert.Equal([1, 2], seen);
        Assert.Equal(4, Store.Count().Results);
    }

    [Fact]
    public void PruneJournal_RemovesNoMoreThanASnapshotContains()
    {
        for (var i = 0; i < 5; i++)
        {
            Commit([FromHttp(Paid($"a{i}"), Paid($"b{i}", shard: 1))]);
        }

        Assert.True(Snapshot(0, 0, 3, 0, []));
        Store.PruneJournal(0, 2, long.MaxValue);
        Assert.Equal([3, 4, 5], Store.ReadJournal(0, 0, 10).Select(static page => page.Sequence));

        // Too young.
        Store.PruneJournal(0, 5, July.AddYears(-1).ToUnixTimeMilliseconds());
        Assert.Equal([3, 4, 5], Store.ReadJournal(0, 0, 10).Select(static page => page.Sequence));
        Store.PruneJournal(0, 5, long.MaxValue);
        Store.PruneJournal(1, 5, long.MaxValue);
        Assert.Equal([4, 5], Store.ReadJournal(0, 0, 10).Select(static page => page.Sequence));
        Assert.Equal(5, Store.ReadJournal(1, 0, 10).Count());
        Assert.Equal([(0, 6L)], Commit([FromHttp(Paid("next"))]));
    }

    private static IEnumerable<string> Pages(IEnumerable<JournalPage> pages) => pages.Select(static page =>
    {
        var entries = new List<JournalEntry>();
        JournalEntry.Read(page.Payload, entries);
        return $"{page.Shard}:{page.Sequence} {string.Join(',', Ids(entries))}";
    });

    private static CardState State(string card, params byte[] payload) => new(ShortText.From(card), payload);
}
