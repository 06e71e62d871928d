using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;
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
        Assert.Equal([second], Store.ReadShards());
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
    public void Release_ByTheOwner_LeavesTheShardToNobodyAndUnwritable()
    {
        Store.Release(1, Leases.GenerationOf(1));

        var row = Store.ReadShards()[1];
        Assert.Equal((false, ""), (row.IsOwned, row.Address));
        Assert.Equal([1], Assert.Throws<ShardsFencedException>(() => Commit([FromHttp(Paid("a", shard: 1))])).Shards);
    }

    [Fact]
    public void FormerOwner_AfterAClaim_CanDoNothing()
    {
        Commit([FromKafka(2, Paid("before", offset: 1))]);
        var former = Leases.GenerationOf(2);
        var claimed = Store.Claim(2, Other);
        var payments = new[]
        {
            Paid("a", offset: 2, decision: Decision.Block), Paid("before", offset: 3), Undecodable(2, 4),
        };

        var fenced = Assert.Throws<ShardsFencedException>(() => Commit(
            [FromHttp(Paid("mine", shard: 1)), FromKafka(2, payments), FromHttp(Paid("unclaimed", shard: 99))]));
        Assert.Throws<ShardsFencedException>(() => Store.SaveCards(new CardSnapshot(2, former, 1, 5, [State("card", 1)], [])));
        Store.Release(2, former);

        Assert.Equal([2, 99], fenced.Shards.Order());
        Assert.Equal([PaymentState.Scored, PaymentState.Scored, PaymentState.Undecodable], payments.Select(static p => p.State));
        Assert.Equal(claimed, Store.ReadShards()[2]);
        Assert.Equal(0, Store.ReadShards()[1].Sequence);
        Assert.Equal(new StoreCounts(Results: 1, Alerts: 0, OutboxPending: 0, Labels: 0), Store.Count());
        Assert.Equal(2, Store.ReadOffsets(Topic)[2]);
        Assert.Empty(Store.ReadCards(2));
        Assert.Equal(["before"], Ids(Journal(2)));

        // What is left of the group is stored when the rest was marked.
        foreach (var payment in payments)
        {
            payment.State = PaymentState.Fenced;
        }

        Assert.Equal([new ShardPosition(1, 1)], Commit([FromHttp(Paid("mine", shard: 1)), FromKafka(2, payments)]));
        Assert.Equal(2, Store.ReadOffsets(Topic)[2]);
    }

    [Fact]
    public void Commit_OnlyFencedPayments_WritesNothing()
    {
        Assert.Empty(Commit([FromKafka(2, Paid("a", offset: 2, state: PaymentState.Fenced)), FromHttp()]));

        Assert.Empty(Store.ReadOffsets(Topic));
        Assert.Equal(0, Store.Count().Results);
    }

    [Fact]
    public async Task Commit_BesideManyClaims_StoresEachPaymentOnce()
    {
        const int Claims = 50;
        const int Commits = 200;
        var leases = new ShardLeases(Shards);
        var claimed = Store.Claim(0, Node);
        leases.Hold(0, claimed.Generation);
        var sequences = new List<long>();
        using var other = Reopen();
        var claims = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Claims; i++)
                {
                    var row = Repeat(() => other.Claim(0, Other));
                    // What the claim says is final: nobody can write under the former generation any more.
                    Assert.Equal(row.Sequence, other.ReadShards()[0].Sequence);
                    Assert.Equal(row.Sequence, row.NextOffset ?? 0);
                    lock (sequences)
                    {
                        sequences.Add(row.Sequence);
                    }

                    leases.Hold(0, row.Generation);
                }
            },
            TaskCreationOptions.LongRunning);
        for (var i = 0; i < Commits; i++)
        {
            while (true)
            {
                try
                {
                    Assert.Equal(
                        [new ShardPosition(0, i + 1)],
                        Repeat(() => Store.Commit([FromKafka(0, Paid($"p{i}", offset: i))], leases)));
                    break;
                }
                catch (ShardsFencedException)
                {
                    // The claim came in between; the next try is made under it.
                }
            }
        }

        await claims;

        Assert.Equal(sequences.Order(), sequences);
        Assert.Equal(Enumerable.Range(0, Commits).Select(static i => $"p{i}"), Ids(Journal()));
        Assert.Equal((Claims + 1L, (long)Commits), (Store.ReadShards()[0].Generation, Store.ReadShards()[0].Sequence));
    }

    [Fact]
    public void Commit_Pages_HoldTheNewlyStoredPaymentsInOrder()
    {
        Commit([FromHttp(Paid("a"), Paid("b", shard: 1), Paid("c")), FromKafka(1, Paid("d", offset: 1), Undecodable(1, 2))]);

        var positions = Commit(
        [
            FromHttp(Paid("e", shard: 2, at: July.AddDays(40), card: "its card", terminal: ""), Paid("a"), Paid("f"), Paid("f")),
            FromKafka(1, Paid("b", offset: 3, state: PaymentState.Duplicate)),
            FromKafka(3, Undecodable(3, 8)),
        ]);

        Assert.Equal([new(0, 2), new(1, 2), new(2, 1), new(3, 1)], positions);
        Assert.Equal(["0:1 a,c", "0:2 f"], Pages(Store.ReadJournal(0, 0, 10)));
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

        Store.SaveCards(new CardSnapshot(0, Leases.GenerationOf(0), 3, 0, [], []));
        Store.PruneJournal(0, 2);
        Assert.Equal([3, 4, 5], Store.ReadJournal(0, 0, 10).Select(static page => page.Sequence));

        Store.PruneJournal(0, 5);
        Store.PruneJournal(1, 5);
        Assert.Equal([4, 5], Store.ReadJournal(0, 0, 10).Select(static page => page.Sequence));
        Assert.Equal(5, Store.ReadJournal(1, 0, 10).Count());
        Assert.Equal([new ShardPosition(0, 6)], Commit([FromHttp(Paid("next"))]));
    }

    [Fact]
    public void ReadOutbox_SomeShards_GivesTheirRecordsInOrder()
    {
        Commit([FromHttp([.. Enumerable.Range(0, 6).Select(static i => Paid($"p{i}", decision: Decision.Block, shard: i % 3))])]);
        Commit([FromKafka(1, Undecodable(1, 4))]);

        Assert.Equal(
            ["alert-p0", "alert-p1", "alert-p3"], Store.ReadOutbox([0, 1], 3).Select(static record => record.Headers[0].Value));
        Assert.Equal(OutboxKind.DeadLetter, Store.ReadOutbox([1], 10)[^1].Kind);
        Assert.Empty(Store.ReadOutbox([4], 10));
        Assert.Empty(Store.ReadOutbox([], 10));
    }

    private static IEnumerable<string> Pages(IEnumerable<JournalPage> pages) => pages.Select(static page =>
    {
        var entries = new List<JournalEntry>();
        JournalCodec.Decode(page.Payload, entries);
        return $"{page.Shard}:{page.Sequence} {string.Join(',', Ids(entries))}";
    });

    private static CardState State(string card, params byte[] payload) => new(ShortText.From(card), payload);
}
