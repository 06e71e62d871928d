using Fraud.Model;
using Fraud.Model.History;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
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
    private readonly TestShards _test = new(store, shards, node: name, profile: profile, options: options);

    public ShardParts Parts => _test.Parts;

    public TerminalFeed Terminals => Parts.Terminals;

    public ShardCards Cards(int shard) => Parts.Profile.CardsOf(shard)!;

    public int ShardOf(string card) => _test.Router.ShardOf(System.Text.Encoding.UTF8.GetBytes(card));

    /// <summary>Claims a shard and rebuilds it.</summary>
    public void TakeOver(int shard)
    {
        var row = store.Claim(shard, new NodeIdentity(name, "http://" + name));
        Parts.Leases.Hold(shard, row.Generation);
        Terminals.CatchUp(shard);
        Terminals.Open(shard, _test.Recovery.Rebuild(row, CancellationToken.None), row.SnapshotLabels);
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
            payment.IsCounted = observation == Observation.Counted;
            payment.State = observation == Observation.Counted ? PaymentState.Scored : PaymentState.Duplicate;
        }

        MicroBatch[] group = [FromHttp(payments)];
        Terminals.Stored(group, store.Commit(group, Parts.Leases));
        foreach (var payment in payments.Where(static payment => payment is { State: PaymentState.Duplicate, IsCounted: true }))
        {
            var transaction = payment.Transaction;
            Cards(payment.Shard).Retract(transaction.CardId, transaction.AmountMinor, transaction.EventTimeMs);
        }

        return [.. payments.Select(static payment => payment.Features)];
    }

    /// <summary>Stores what changed of a shard; returns how many cards were put away.</summary>
    public int Snapshot(int shard, int keep = int.MaxValue)
    {
        var captured = Cards(shard).Capture();
        store.SaveCards(new CardSnapshot(
            shard,
            Parts.Leases.GenerationOf(shard),
            Terminals.PositionOf(shard),
            Terminals.Labels,
            [.. captured.Changed.Select(static card => new CardState(card.Key, card.Value))],
            captured.Expired));
        return Cards(shard).PutAwayIdle(keep);
    }

    /// <summary>One round over all stored cards that drops the silent ones.</summary>
    public void Sweep()
    {
        using var metrics = new StreamMetrics(TimeProvider.System);
        var silent = new SilentCards(
            store, Parts.Profile, Parts.Leases, new ClusterOptions { CardRetention = TimeSpan.Zero, CardSweepInterval = TimeSpan.Zero },
            metrics, TimeProvider.System, NullLogger<SilentCards>.Instance);
        do
        {
            silent.Step();
        }
        while (silent.IsInRound);
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
        while ((observation = Parts.Profile.Observe(payment.Shard, payment.Transaction, payment.Features)) == Observation.Away)
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
