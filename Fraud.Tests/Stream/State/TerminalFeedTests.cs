using System.Globalization;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.State;

public sealed class TerminalFeedTests : IDisposable
{
    private const int Shards = 3;

    private readonly TempFolder _folder = new();
    private readonly SqliteStore _store;
    private readonly List<HistoryNode> _nodes = [];

    public TerminalFeedTests()
    {
        _store = new SqliteStore(new StorageOptions { SqliteFile = _folder.File("fraud.db") }, Topics.Transactions, TimeProvider.System);
        _store.Open();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Follow_PagesAsTheyCome_EveryNodeHasTheSameTerminals(int seed)
    {
        var random = new Random(seed);
        var owners = Enumerable.Range(0, Shards).Select(shard => Node($"owner-{shard}").Start(shard)).ToArray();
        var (often, seldom) = (Node("often").Start(), Node("seldom").Start());
        for (var i = 0; i < 250; i++)
        {
            var card = Name(random.Next(40));
            var owner = owners[owners[0].ShardOf(card)];
            owner.Pay(Paid($"p{i}", card: card, terminal: "t" + random.Next(8), at: July.AddMinutes((i * 7) - random.Next(3_000))));
            if (random.Next(10) == 0)
            {
                Label($"p{random.Next(i + 1)}", isFraud: random.Next(4) > 0);
            }

            if (random.Next(3) == 0)
            {
                often.Follow();
            }

            if (random.Next(5) == 0)
            {
                owners[random.Next(Shards)].Follow();
            }
        }

        seldom.Follow();
        var late = Node("late").Start();
        foreach (var node in _nodes)
        {
            node.Follow();
            Dumps.AssertEqual(seldom.Parts.Profile.Terminals.Dump(), node.Parts.Profile.Terminals.Dump());
            Assert.Equal(_store.LabelSequence(), node.Terminals.Labels);
        }

        Assert.Equal(8, late.Parts.Profile.Terminals.Dump().Count);
    }

    [Fact]
    public void Load_FromASnapshot_EqualsHavingFollowedFromTheStart()
    {
        var owner = Node("owner").Start(0, 1, 2);
        PayMany(owner, 0, 300);
        Label("p3", isFraud: true);
        owner.Follow();
        _store.SaveTerminals(owner.Terminals.Capture());
        PayMany(owner, 300, 100);
        Label("p4", isFraud: true);
        Label("p3", isFraud: false);
        owner.Follow();

        var started = Node("started").Start();

        Dumps.AssertEqual(owner.Parts.Profile.Terminals.Dump(), started.Parts.Profile.Terminals.Dump());
        Assert.Equal((3L, 3L), (owner.Terminals.Labels, started.Terminals.Labels));
        Assert.All(Enumerable.Range(0, Shards), shard => Assert.Equal(owner.Terminals.PositionOf(shard), started.Terminals.PositionOf(shard)));
    }

    [Fact]
    public void Stored_PageThatWasFollowedAlready_CountsOnce()
    {
        var owner = Node("owner").Start(0, 1, 2);
        PayMany(owner, 0, 10);
        var expected = Node("expected").Start();
        var payment = Paid("stopped", card: Name(0), terminal: "t1");
        payment.Shard = owner.ShardOf(Name(0));
        MicroBatch[] group = [FromHttp(payment)];

        // The process stood still between its commit and the counting; another claimed the shard, which the follower
        // saw first.
        var commits = owner.Commit(group);
        owner.Lose(payment.Shard);
        owner.Follow();
        owner.Terminals.Stored(group, commits);

        expected.Follow();
        Dumps.AssertEqual(expected.Parts.Profile.Terminals.Dump(), owner.Parts.Profile.Terminals.Dump());
        Assert.Equal(expected.Terminals.PositionOf(payment.Shard), owner.Terminals.PositionOf(payment.Shard));
    }

    [Fact]
    public void Follow_PagesAreGone_SaysSoInsteadOfMissingThem()
    {
        var owner = Node("owner").Start(0);
        var follower = Node("follower").Start();
        var card = Enumerable.Range(0, 100).Select(Name).First(name => owner.ShardOf(name) == 0);
        owner.Pay(Paid("a", card: card));
        follower.Follow();
        owner.Pay(Paid("b", card: card));
        owner.Pay(Paid("c", card: card));
        owner.Snapshot(0);
        _store.PruneJournal(0, 2, long.MaxValue);

        var error = Assert.Throws<InvalidOperationException>(follower.Follow);
        Assert.Contains("goes on at 3, expected 2", error.Message, StringComparison.Ordinal);

        // Anew from the snapshot it can.
        owner.Follow();
        _store.SaveTerminals(owner.Terminals.Capture());
        Dumps.AssertEqual(owner.Parts.Profile.Terminals.Dump(), Node("again").Start().Parts.Profile.Terminals.Dump());
    }

    /// <summary>Labels that the snapshot of the cards contains, and that the node opening them has or has not counted yet.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 3)]
    [InlineData(2, 0)]
    [InlineData(2, 2)]
    [InlineData(2, 5)]
    [InlineData(5, 0)]
    [InlineData(5, 2)]
    [InlineData(5, 5)]
    public void Open_AtAnyLabelPosition_CountsEachLabelOnce(int inSnapshot, int followed)
    {
        const int Labels = 6;
        var first = Node("first").Start(0, 1, 2);
        var card = Name(0);
        var shard = first.ShardOf(card);
        for (var i = 0; i < Labels; i++)
        {
            first.Pay(Paid($"p{i}", card: card, terminal: "t1", at: July.AddHours(i)));
        }

        var second = Node("second").Start();
        for (var i = 0; i < Labels; i++)
        {
            if (i == inSnapshot)
            {
                first.Snapshot(shard);
            }

            if (i == followed)
            {
                second.Follow();
            }

            Label($"p{i}", isFraud: true);
            first.Follow();
        }

        second.TakeOver(shard);
        second.Follow();
        second.Follow();

        Dumps.AssertEqual(first.Cards(shard).Dump(), second.Cards(shard).Dump());
        Dumps.AssertEqual(first.Parts.Profile.Terminals.Dump(), second.Parts.Profile.Terminals.Dump());
    }

    [Fact]
    public void Close_LabelsAfterIt_AreNotInItsCards()
    {
        var node = Node("node").Start(0, 1, 2);
        node.Pay(Paid("a", card: Name(0)));
        var shard = node.ShardOf(Name(0));
        var cards = node.Cards(shard);
        var before = cards.Dump();

        node.Terminals.Close(node.Owned(shard));
        Label("a", isFraud: true);
        node.Follow();

        Dumps.AssertEqual(before, cards.Dump());
    }

    public void Dispose()
    {
        _nodes.ForEach(static node => node.Dispose());
        _store.Dispose();
        _folder.Dispose();
    }

    private HistoryNode Node(string name)
    {
        var node = new HistoryNode(_store, Shards, name);
        _nodes.Add(node);
        return node;
    }

    private void PayMany(HistoryNode node, int from, int count)
    {
        for (var i = from; i < from + count; i += 10)
        {
            node.Pay([.. Enumerable.Range(i, 10).Select(static number => Paid(
                Name(number).Replace("c", "p", StringComparison.Ordinal), card: Name(number % 17), terminal: $"t{number % 5}", at: July.AddMinutes(number)))]);
        }
    }

    private void Label(string id, bool isFraud) =>
        _store.CommitLabels(Topics.Labels, -1, 0, [new Label(ShortText.From(id), default, default, 0, isFraud)]);

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"c{number}");
}
