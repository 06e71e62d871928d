using Fraud.Model;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;

namespace Fraud.Tests.Stream.Storage;

public abstract partial class FraudStoreContract
{
    [Fact]
    public void SaveCards_ChangedAndExpired_ReadsBackWhatIsLeft()
    {
        WritePages(1, 9);
        Assert.True(Snapshot(1, 0, 4, 2, [State("a", 1), State("b"), State("κάρτα", 0, 255)]));
        Assert.True(Snapshot(1, 4, 9, 3, [State("a", 7, 7), State("c", 3)], [ShortText.From("b"), ShortText.From("none")]));
        Assert.True(Snapshot(2, 0, 0, 1, [State("a", 9)]));

        Assert.Equal(["a=0707", "c=03", "κάρτα=00FF"], Shown(Store.ReadCards(1)));
        Assert.Equal(["a=0707", "κάρτα=00FF"],
            Shown(Store.ReadCards(1, [ShortText.From("κάρτα"), ShortText.From("b"), ShortText.From("a")])));
        Assert.Empty(Store.ReadCards(3));
        var row = Store.ReadHeads()[1];
        Assert.Equal((9L, 3L, 9L), (row.SnapshotSequence, row.SnapshotLabels, row.Sequence));
    }

    [Fact]
    public void SaveCards_ManyOfAnySize_ComeBackAsTheyWere()
    {
        // Payloads are the caller's affair: whatever the bytes, they come back.
        var random = new Random(5);
        var cards = Enumerable.Range(0, 20_000).Select(i =>
        {
            var payload = new byte[i == 77 ? 300_000 : random.Next(600)];
            random.NextBytes(payload);
            return State($"card-{i}", payload);
        }).ToArray();

        Assert.True(Snapshot(0, 0, 0, 0, cards));

        Assert.Equal(Shown(cards), Shown(Store.ReadCards(0)));
        Assert.Equal("card-", Store.ReadCards(0).First().CardId.ToString()[..5]);
    }

    [Fact]
    public void SaveCards_Fails_LeavesTheSnapshotBefore()
    {
        WritePages(0, 5);
        Assert.True(Snapshot(0, 0, 1, 1, [State("a", 1)]));
        ExecuteOnJournal(BreakInserts("card_states"));

        Assert.ThrowsAny<Exception>(() => Snapshot(0, 1, 5, 5, [State("b", 2)], [ShortText.From("a")]));

        Assert.Equal(["a=01"], Shown(Store.ReadCards(0)));
        Assert.Equal((1L, 1L), (Store.ReadHeads()[0].SnapshotSequence, Store.ReadHeads()[0].SnapshotLabels));
    }

    [Fact]
    public void ReadCards_PageAfterPage_GivesEachOnceInTheOrderOfTheirBytes()
    {
        string[] ids = ["A", "B b", "a", "a%2Fb", "a/b", "z", "é", "κάρτα"];
        Assert.True(Snapshot(1, 0, 0, 0, [.. ids.Reverse().Select(static id => State(id, 1))]));
        Assert.True(Snapshot(2, 0, 0, 0, [State("b", 1)]));

        var seen = new List<string>();
        var after = default(ShortText);
        while (Store.ReadCards(1, after, 3) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, 3);
            seen.AddRange(page.Select(static card => card.CardId.ToString()));
            after = page[^1].CardId;
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), seen);
        Assert.Equal("01", Convert.ToHexString(Store.ReadCards(2, default(ShortText), 1)[0].Payload));
    }

    [Fact]
    public void DropCards_UnderTheClaim_RemovesThoseAndNothingElse()
    {
        var former = Owned.GenerationOf(1);
        WritePages(1, 7);
        Assert.True(Snapshot(1, 0, 7, 3, [State("a", 1), State("b", 2), State("c", 3)]));
        Assert.True(Snapshot(2, 0, 0, 1, [State("a", 9)]));

        Assert.True(Store.DropCards(1, former, [ShortText.From("a"), ShortText.From("c"), ShortText.From("none")]));

        Assert.Equal(["b=02"], Shown(Store.ReadCards(1)));
        Assert.Equal(["a=09"], Shown(Store.ReadCards(2)));
        Assert.Equal((7L, 3L), (Store.ReadHeads()[1].SnapshotSequence, Store.ReadHeads()[1].SnapshotLabels));

        Store.Claim(1, Other);
        Assert.False(Store.DropCards(1, former, [ShortText.From("b")]));
        Assert.Equal(["b=02"], Shown(Store.ReadCards(1)));
    }

    [Theory]
    [InlineData(-1, 2, 4, 7)] // of an older claim
    [InlineData(0, 0, 4, 7)] // from before the snapshot that is there: a write that came late
    [InlineData(0, 3, 4, 7)] // from one that is not there
    [InlineData(0, 2, 5, 7)] // to a page that is not stored
    [InlineData(0, 2, 4, 5)] // with fewer labels
    public void SaveCards_HeadNotAsExpected_WritesNothing(long generations, long from, long to, long labels)
    {
        Owned.Open(Store.Claim(1, Node));
        Owned.Open(Store.Claim(1, Node));
        WritePages(1, 4);
        Assert.True(Snapshot(1, 0, 2, 6, [State("a", 1), State("b", 1)]));
        var head = Store.ReadHeads()[1];
        var move = new SnapshotMove(1, head.Generation + generations, from, to);

        Assert.False(Store.SaveCards(new CardSnapshot(move, labels, [State("a", 2), State("c", 2)], [ShortText.From("b")])));

        Assert.Equal(head, Store.ReadHeads()[1]);
        Assert.Equal(["a=01", "b=01"], Shown(Store.ReadCards(1)));
        Assert.True(Snapshot(1, 2, 4, 6, [State("a", 2)]));
    }

    [Fact]
    public void SaveCards_NewLabelsAlone_AreWrittenAtTheSamePosition()
    {
        WritePages(1, 2);
        Assert.True(Snapshot(1, 0, 2, 6, [State("a", 1)]));

        Assert.True(Snapshot(1, 2, 2, 8, [State("a", 2)]));
        // What an attempt wrote whose outcome was unknown, once more.
        Assert.True(Snapshot(1, 2, 2, 8, [State("a", 2)]));

        Assert.Equal((2L, 8L), (Store.ReadHeads()[1].SnapshotSequence, Store.ReadHeads()[1].SnapshotLabels));
        Assert.Equal(["a=02"], Shown(Store.ReadCards(1)));
    }

    [Fact]
    public void SaveTerminals_Again_ReplacesTheSet()
    {
        Assert.Null(Store.ReadTerminals());
        Store.SaveTerminals(new TerminalSnapshot(new Dictionary<int, long> { [0] = 3, [12] = 9 }, 4, [[1], [2, 2], [3]]));
        Store.SaveTerminals(new TerminalSnapshot(new Dictionary<int, long> { [5] = long.MaxValue }, 8, [[9, 9], []]));

        var read = Store.ReadTerminals()!;

        Assert.Equal([KeyValuePair.Create(5, long.MaxValue)], read.Sequences);
        Assert.Equal(8, read.Labels);
        Assert.Equal(["0909", ""], read.Chunks.Select(Convert.ToHexString));

        Store.SaveTerminals(new TerminalSnapshot(new Dictionary<int, long>(), 9, []));
        Assert.Equal((9L, 0, 0), (Store.ReadTerminals()!.Labels, Store.ReadTerminals()!.Chunks.Count, Store.ReadTerminals()!.Sequences.Count));
    }

    private static IEnumerable<string> Shown(IEnumerable<CardState> cards) => cards
        .Select(static card => $"{card.CardId}={Convert.ToHexString(card.Payload)}")
        .Order(StringComparer.Ordinal);

    /// <summary>Saves a snapshot of a shard under this node's claim.</summary>
    private bool Snapshot(int shard, long from, long to, long labels, CardState[] changed, ShortText[]? expired = null) => Store.SaveCards(
        new CardSnapshot(new SnapshotMove(shard, Owned.GenerationOf(shard), from, to), labels, changed, expired ?? []));

    /// <summary>Writes so many pages of one payment.</summary>
    private void WritePages(int shard, int pages)
    {
        for (var page = 1; page <= pages; page++)
        {
            Commit([StoredPayments.FromHttp(StoredPayments.Paid($"page-{shard}-{page}", shard: shard))]);
        }
    }
}
