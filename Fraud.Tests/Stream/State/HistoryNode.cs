using Fraud.Model;
using Fraud.Model.History;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.FanOut;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Fraud.Tests.Stream.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.State;

/// <summary>
/// What one node's histories go through, step by step on the test's own thread: payments observed and committed as
/// the graph does it, labels, snapshots, take-overs.
/// </summary>
internal sealed class HistoryNode(IFraudStore store, int shards, string name, ProfileOptions? profile = null, ClusterOptions? options = null)
    : IDisposable
{
    private readonly CommitCursors _cursors = new();
    private readonly Dictionary<int, OpenShard> _owned = [];
    private readonly Dictionary<int, ShardRepeats> _repeats = [];
    private readonly TestShards _test = new(store, shards, profile, options);

    public TestShards Parts => _test;

    public TerminalFeed Terminals => Parts.Terminals;

    public int TakenBack { get; private set; }

    public OpenShard Owned(int shard) => _owned[shard];

    /// <summary>Another node has it: nothing of it is followed as this node's own.</summary>
    public void Lose(int shard)
    {
        Parts.Directory.SetClosed(shard, _owned[shard].Generation);
        Terminals.Close(_owned[shard]);
    }

    public ShardCards Cards(int shard) => Parts.Profile.CardsOf(shard)!;

    public int ShardOf(string card) => _test.Router.ShardOf(System.Text.Encoding.UTF8.GetBytes(card));

    /// <summary>Claims a shard and rebuilds it.</summary>
    public void TakeOver(int shard)
    {
        var head = store.Claim(shard, new NodeIdentity(name, "http://" + name));
        Terminals.CatchUp(shard);
        _owned[shard] = new OpenShard(CommitCursor.At(head), _test.Recovery.Rebuild(head, CancellationToken.None));
        _cursors.Open(CommitCursor.At(head));
        _repeats[shard] = new ShardRepeats(store, shard, NullLogger<ShardRepeats>.Instance);
        _repeats[shard].Begin(head);
        Parts.Directory.SetOpen(shard, head.Generation);
        Terminals.Open(shard, _owned[shard].Cards, head.SnapshotLabels);
    }

    /// <summary>Takes all shards as a node does that starts.</summary>
    public HistoryNode Start(params int[] owned)
    {
        Terminals.Load(CancellationToken.None);
        Array.ForEach(owned, TakeOver);
        return this;
    }

    /// <summary>Observes payments in their order and stores them in one commit; answers their features.</summary>
    public List<float[]> Pay(params Payment[] payments)
    {
        foreach (var payment in payments)
        {
            payment.Shard = ShardOf(payment.Transaction.CardId.ToString());
            payment.State = PaymentState.Received;
            var observation = Observe(payment);
            payment.State = observation == Observation.Counted ? PaymentState.Scored : PaymentState.Duplicate;
        }

        MicroBatch[] group = [FromHttp(payments)];
        Terminals.Stored(group, Commit(group));
        foreach (var shard in _owned.Keys)
        {
            TakeBack(shard);
        }

        return [.. payments.Select(static payment => payment.Features)];
    }

    /// <summary>Stores payments in one commit, without their histories hearing of it.</summary>
    public IReadOnlyList<ShardCommit> Commit(IReadOnlyList<MicroBatch> group)
    {
        var commits = _cursors.Next(group);
        var pages = group.PagesOf(commits);
        Assert.Empty(store.Commit(pages));
        _cursors.Move(commits);
        store.WriteRows(pages);
        return commits;
    }

    /// <summary>Takes back what rows noted as counted twice: from the cards, by a page, from the terminals.</summary>
    private void TakeBack(int shard)
    {
        var retractions = _repeats[shard].Take();
        if (retractions.Count == 0)
        {
            return;
        }

        foreach (var (_, _, _, payment) in retractions)
        {
            while (!Cards(shard).TryRetract(payment.CardId, payment.AmountMinor, payment.EventTimeMs))
            {
                Parts.Loader.Load(shard, Cards(shard), [payment.CardId]);
            }
        }

        var page = new GroupPages(new FeatureSample(0), TimeProvider.System).Of(_cursors.Find(shard)!.Value.Next(null, Guid.NewGuid()), retractions);
        Assert.Empty(store.Commit([page]));
        _cursors.Move([page.Commit]);
        Terminals.Stored(new JournalPage(shard, page.Commit.Sequence, page.Bytes.ToArray()));
        store.WriteRows([page]);
        TakenBack += retractions.Count;
    }

    /// <summary>Stores what changed of a shard; returns how many cards were put away.</summary>
    public int Snapshot(int shard, int keep = int.MaxValue)
    {
        var captured = Cards(shard).Capture();
        var before = store.ReadHeads([shard])[0].SnapshotSequence;
        Assert.True(store.SaveCards(new CardSnapshot(
            new SnapshotMove(shard, _owned[shard].Generation, before, Terminals.PositionOf(shard)),
            Terminals.Labels,
            [.. captured.Changed.Select(static card => new CardState(card.Key, card.Value))],
            captured.Expired)));
        return Cards(shard).PutAwayIdle(keep);
    }

    /// <summary>One round over all stored cards that drops the silent ones.</summary>
    public void Sweep()
    {
        using var metrics = new StreamMetrics(TimeProvider.System);
        var silent = new SilentCards(
            store, new ClusterOptions { CardRetention = TimeSpan.Zero, CardSweepInterval = TimeSpan.Zero }, metrics, NullLogger<SilentCards>.Instance);
        foreach (var shard in _owned.Values)
        {
            do
            {
                silent.Step(shard, Parts.Profile.Retention);
            }
            while (silent.IsInRound);
        }
    }

    public void Follow()
    {
        while (Terminals.Follow())
        {
        }
    }

    /// <summary>Brings back every card that is away, so that all can be compared.</summary>
    public void LoadAll(int shard)
    {
        foreach (var state in store.ReadCards(shard).Where(state => Cards(shard).IsAway(state.CardId)))
        {
            Cards(shard).Load(state.CardId, state.Payload);
        }
    }

    public void Dispose() => _test.Dispose();

    private Observation Observe(Payment payment)
    {
        Observation observation;
        while ((observation = Parts.Profile.Observe(Cards(payment.Shard), payment.Transaction, payment.Features, July.ToUnixTimeMilliseconds())) == Observation.Away)
        {
            Parts.Loader.Load(payment.Shard, Cards(payment.Shard), [payment.Transaction.CardId]);
        }

        return observation;
    }
}

/// <summary>Compares histories byte for byte.</summary>
internal static class Dumps
{
    public static void AssertEqual(IReadOnlyDictionary<string, byte[]> expected, IReadOnlyDictionary<string, byte[]> actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, key => Assert.Equal(Convert.ToHexString(key.Value), Convert.ToHexString(actual[key.Key])));
    }
}
