using System.Globalization;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.State;

/// <summary>A card that was silent for longer than features look back leaves no trace, and nobody can tell from its features.</summary>
public sealed class SilentCardsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly StreamMetrics _metrics;
    private readonly List<IDisposable> _open = [];

    public SilentCardsTests() => _metrics = new StreamMetrics(_time);

    [Fact]
    public void Step_CardSilentForLonger_IsAsIfItHadNeverPaid()
    {
        var (store, node) = Start("swept");
        var (_, remembering) = Start("remembering");
        foreach (var each in new[] { node, remembering })
        {
            Pay(each, Card("old", 0), Card("old", 1, amount: 90_000), Card("kept", 2), Card("kept", 2.5));
            Pay(each, Card("new", 45.5));
            each.Snapshot(0, keep: 1);
        }

        Assert.Equal((1, 2), (node.Cards(0).Count, node.Cards(0).AwayCount));
        Round(store, node);

        Assert.Equal(["kept", "new"], Stored(store));
        Assert.Equal((1, 1), (node.Cards(0).Count, node.Cards(0).AwayCount));
        Assert.Equal(1, _metrics.DroppedCards);

        // Its next payment as late as a payment may be, and one after it; beside a card that nobody ever saw.
        var again = node.Pay(Again("old", 40), Again("old", 46));
        var never = node.Pay(Again("never", 40), Again("never", 46));
        var remembered = remembering.Pay(Again("old", 40), Again("old", 46));
        Assert.Equal(never, again);
        Assert.Equal(remembered, again);
        Assert.Equal(2, again[1][FeatureCatalog.IndexOf("card_count_7d")]);

        // And so it is for who recovers.
        var recovered = Node(store, "recovered");
        Assert.Equal(node.Cards(0).Dump().Keys.Append("kept").Order(StringComparer.Ordinal), All(store, recovered));
        Assert.Equal(recovered.Pay(Again("never", 47)), recovered.Pay(Again("old", 47)));
    }

    [Fact]
    public void Step_CardThatPaidSinceItWasStored_Stays()
    {
        var (store, node) = Start("fraud");
        Pay(node, Card("back", 0), Card("gone", 0));
        Pay(node, Card("new", 60));
        node.Pay(Card("back", 61));

        Round(store, node);

        Assert.Equal(["back", "new"], Stored(store));
        Assert.Equal(["back", "new"], node.Cards(0).Dump().Keys.Order(StringComparer.Ordinal));
        Dumps.AssertEqual(node.Cards(0).Dump(), Node(store, "recovered").Cards(0).Dump());
    }

    [Fact]
    public void Step_ManyCards_DropsAPageAtATime()
    {
        var (store, node) = Start("fraud");
        Pay(node, [.. Enumerable.Range(0, 2_500).Select(static i => Card(string.Create(CultureInfo.InvariantCulture, $"c{i:0000}"), 0))]);
        Pay(node, Card("new", 60));
        node.Snapshot(0, keep: 0);
        var silent = Silent(store, node);

        var left = new List<int>();
        do
        {
            Step(silent, node);
            left.Add(store.ReadCards(0).Count());
        }
        while (silent.IsInRound);

        Assert.Equal([1_501, 501, 1], left);
        Assert.Equal((0, 1), (node.Cards(0).Count, node.Cards(0).AwayCount));
        Assert.Equal(2_500, _metrics.DroppedCards);
    }

    [Fact]
    public void Step_ClaimOvertaken_LeavesTheStoreToTheOther()
    {
        var (store, node) = Start("fraud");
        Pay(node, Card("old", 0));
        Pay(node, Card("new", 60));
        store.Claim(0, new NodeIdentity("other", "http://other"));

        Round(store, node);

        Assert.Equal(["new", "old"], Stored(store));
        Assert.Equal(0, _metrics.DroppedCards);
    }

    [Fact]
    public void Step_StoreAwayInBetween_DropsWithTheNextTry()
    {
        var (store, node) = Start("fraud");
        Pay(node, Card("old", 0));
        Pay(node, Card("new", 60));
        // Not disposed of: the store in it is the test's own.
        var away = new AwayOnce(store);
        var silent = Silent(away, node);

        Assert.Throws<StoreUnavailableException>(() => Step(silent, node));
        Assert.Equal(["new", "old"], Stored(store));
        Step(silent, node);

        Assert.Equal(["new"], Stored(store));
    }

    [Fact]
    public void Step_BeforeTheInterval_LooksAtNothing()
    {
        var (store, node) = Start("fraud");
        Pay(node, Card("old", 0));
        Pay(node, Card("new", 60));
        var silent = Silent(store, node, new ClusterOptions());

        _time.Advance(TimeSpan.FromMinutes(59));
        Step(silent, node);
        Assert.Equal(2, store.ReadCards(0).Count());

        _time.Advance(TimeSpan.FromMinutes(2));
        Step(silent, node);
        Assert.Single(store.ReadCards(0));
    }

    [Fact]
    public void Step_RetentionLongerThanFeaturesLook_KeepsCardsForThatLong()
    {
        var (store, node) = Start("fraud");
        Pay(node, Card("old", 0), Card("middle", 20));
        Pay(node, Card("new", 80));

        Round(store, node, new ClusterOptions { CardRetention = TimeSpan.FromDays(70), CardSweepInterval = TimeSpan.Zero });
        Assert.Equal(["middle", "new"], Stored(store));

        // Shorter than features look back is as long as they do.
        Round(store, node, new ClusterOptions { CardRetention = TimeSpan.Zero, CardSweepInterval = TimeSpan.Zero });
        Assert.Equal(["new"], Stored(store));
    }

    public void Dispose()
    {
        foreach (var each in Enumerable.Reverse(_open))
        {
            each.Dispose();
        }

        _metrics.Dispose();
        _folder.Dispose();
    }

    private (SqliteStore Store, HistoryNode Node) Start(string name)
    {
        var store = new SqliteStore(
            new StorageOptions { SqliteFile = _folder.File(name + ".db") }, Topics.Transactions, TimeProvider.System);
        _open.Add(store);
        store.Open();
        return (store, Node(store, name));
    }

    private HistoryNode Node(IFraudStore store, string name)
    {
        var node = new HistoryNode(store, 1, name);
        _open.Add(node);
        return node.Start(0);
    }

    private SilentCards Silent(IFraudStore store, HistoryNode node, ClusterOptions? options = null) => new(
        store, options ?? new ClusterOptions { CardSweepInterval = TimeSpan.Zero }, _metrics, NullLogger<SilentCards>.Instance);

    private static void Step(SilentCards silent, HistoryNode node) => silent.Step(node.Owned(0), node.Parts.Profile.Retention);

    private void Round(IFraudStore store, HistoryNode node, ClusterOptions? options = null)
    {
        var silent = Silent(store, node, options);
        do
        {
            Step(silent, node);
        }
        while (silent.IsInRound);
    }

    /// <summary>Paid and stored: what is silent from then on is nobody's business any more but the sweep's.</summary>
    private static void Pay(HistoryNode node, params Payment[] payments)
    {
        node.Pay(payments);
        node.Snapshot(0);
    }

    private static Payment Card(string card, double day, long amount = 1_234)
    {
        var payment = Paid(
            string.Create(CultureInfo.InvariantCulture, $"{card}-{day}"), card: card, terminal: "", at: July.AddDays(day));
        payment.Transaction.AmountMinor = amount;
        return payment;
    }

    private static Payment Again(string card, double day) => Card(card, day, amount: 5_000);

    private static IEnumerable<string> Stored(IFraudStore store) =>
        store.ReadCards(0).Select(static card => card.CardId.ToString()).Order(StringComparer.Ordinal);

    private static IEnumerable<string> All(IFraudStore store, HistoryNode node)
    {
        node.LoadAll(0);
        return node.Cards(0).Dump().Keys.Order(StringComparer.Ordinal);
    }

    private sealed class AwayOnce(IFraudStore inner) : DelegatingStore(inner)
    {
        private bool _wasAway;

        public override bool DropCards(int shard, long generation, IReadOnlyCollection<ShortText> cards)
        {
            if (!_wasAway)
            {
                _wasAway = true;
                throw new StoreUnavailableException("away", new IOException());
            }

            return base.DropCards(shard, generation, cards);
        }
    }
}
