using Fraud.Model;
using Fraud.Stream.Cluster;
using Fraud.Stream.Storage;

namespace Fraud.Tests.Stream.Storage;

public abstract partial class FraudStoreContract
{
    [Fact]
    public void SaveCards_ChangedAndExpired_ReadsBackWhatIsLeft()
    {
        var generation = Leases.GenerationOf(1);
        Store.SaveCards(new CardSnapshot(1, generation, 4, 2, [State("a", 1), State("b"), State("κάρτα", 0, 255)], []));
        Store.SaveCards(new CardSnapshot(1, generation, 9, 3, [State("a", 7, 7), State("c", 3)], [ShortText.From("b"), ShortText.From("none")]));
        Store.SaveCards(new CardSnapshot(2, Leases.GenerationOf(2), 1, 1, [State("a", 9)], []));

        Assert.Equal(["a=0707", "c=03", "κάρτα=00FF"], Shown(Store.ReadCards(1)));
        Assert.Equal(["a=0707", "κάρτα=00FF"],
            Shown(Store.ReadCards(1, [ShortText.From("κάρτα"), ShortText.From("b"), ShortText.From("a")])));
        Assert.Empty(Store.ReadCards(3));
        var row = Store.ReadShards()[1];
        Assert.Equal((9L, 3L, 0L), (row.SnapshotSequence, row.SnapshotLabels, row.Sequence));
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

        Store.SaveCards(new CardSnapshot(0, Leases.GenerationOf(0), 1, 0, cards, []));

        Assert.Equal(Shown(cards), Shown(Store.ReadCards(0)));
        Assert.Equal("card-", Store.ReadCards(0).First().CardId.ToString()[..5]);
    }

    [Fact]
    public void SaveCards_Fails_LeavesTheSnapshotBefore()
    {
        Store.SaveCards(new CardSnapshot(0, Leases.GenerationOf(0), 1, 1, [State("a", 1)], []));
        Execute(BreakInserts("card_states"));

        Assert.ThrowsAny<Exception>(() => Store.SaveCards(
            new CardSnapshot(0, Leases.GenerationOf(0), 5, 5, [State("b", 2)], [ShortText.From("a")])));

        Assert.Equal(["a=01"], Shown(Store.ReadCards(0)));
        Assert.Equal((1L, 1L), (Store.ReadShards()[0].SnapshotSequence, Store.ReadShards()[0].SnapshotLabels));
    }

    [Fact]
    public void ReadCards_PageAfterPage_GivesEachOnceInTheOrderOfTheirBytes()
    {
        string[] ids = ["A", "B b", "a", "a%2Fb", "a/b", "z", "é", "κάρτα"];
        Store.SaveCards(new CardSnapshot(1, Leases.GenerationOf(1), 1, 0, [.. ids.Reverse().Select(static id => State(id, 1))], []));
        Store.SaveCards(new CardSnapshot(2, Leases.GenerationOf(2), 1, 0, [State("b", 1)], []));

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
        var former = Leases.GenerationOf(1);
        Store.SaveCards(new CardSnapshot(1, former, 7, 3, [State("a", 1), State("b", 2), State("c", 3)], []));
        Store.SaveCards(new CardSnapshot(2, Leases.GenerationOf(2), 1, 1, [State("a", 9)], []));

        Store.DropCards(1, former, [ShortText.From("a"), ShortText.From("c"), ShortText.From("none")]);

        Assert.Equal(["b=02"], Shown(Store.ReadCards(1)));
        Assert.Equal(["a=09"], Shown(Store.ReadCards(2)));
        Assert.Equal((7L, 3L), (Store.ReadShards()[1].SnapshotSequence, Store.ReadShards()[1].SnapshotLabels));

        Store.Claim(1, Other);
        Assert.Equal([1], Assert.Throws<ShardsFencedException>(() => Store.DropCards(1, former, [ShortText.From("b")])).Shards);
        Assert.Equal(["b=02"], Shown(Store.ReadCards(1)));
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
}
