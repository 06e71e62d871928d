using System.Globalization;
using Fraud.Stream.Cluster;
using Fraud.Stream.Formation;
using Fraud.Stream.Overload;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Cluster;

/// <summary>Two services of one process on one PostgreSQL and one broker.</summary>
[Collection(PostgresNodesCollection.Name)]
public sealed class TwoNodesTests(PostgresServer server) : IDisposable
{
    private const int Shards = 4;
    private const int Cards = 12;
    private const int PaymentsOfAPhase = 25;
    private const long Start = 1_700_000_000_000;
    private const long Hour = 3_600_000;

    private readonly string _connection = server.CreateDatabase();
    private readonly Topics _topics = new(Shards);

    [Fact]
    public async Task Run_NodeStops_TheOtherTakesOverAndEverythingIsStoredOnce()
    {
        using var storeA = Store();
        using var storeB = Store();
        var a = await Host(storeA, "a").Start();
        await using var b = await Host(storeB, "b").Start();
        await Poll.Until(() => a.Served.Count == 2 && b.Served.Count == 2);
        Assert.Empty(a.Served.Intersect(b.Served));
        var (left, stays) = (a.Get<FormationStatus>(), b.Get<FormationStatus>());
        await Poll.Until(() => left.Joined.IsCompletedSuccessfully && stays.Joined.IsCompletedSuccessfully);

        Send(0, 1_000);
        await Poll.Until(() => storeA.Count().Results == 1_000);
        Assert.InRange(a.Source.RecordsRead, 1, 999);
        Assert.InRange(b.Source.RecordsRead, 1, 999);

        Send(1_000, 1_000);
        await a.DisposeAsync();
        Assert.Equal(FormationEndKind.Left, (await left.Ended).Kind);
        Assert.False(stays.Ended.IsCompleted);
        await Poll.Until(() => b.Served.Count == Shards);
        Send(2_000, 500);
        await Poll.Until(() => storeB.Count().Results == 2_500);

        AssertEachOnce(storeB, 2_500);
        Assert.Empty(b.Log.Of(101));
        Assert.All(storeB.ReadHeads(), static row => Assert.True(row.IsOwned));
    }

    [Fact]
    public async Task Run_ShardClaimedBehindItsBack_WritesNothingMoreForItAndGoesOnWithTheRest()
    {
        using var store = Store();
        await using var host = await Host(store, "zombie").Start();
        await Poll.Until(() => host.Served.Count == Shards);
        var (lost, kept) = (CardOf(host, 1), CardOf(host, 2));
        await host.Submit("before", lost, atMs: Start).Answered;

        // As after a long standstill: the group gave the shard to another node while this one knew nothing.
        using var held = new ManualResetEventSlim();
        store.BeforeCommit = (_, _) => held.Wait(Topics.Deadline);
        var zombie = host.Submit("zombie", lost, atMs: Start + Hour);
        var bystander = host.Submit("bystander", kept, atMs: Start + Hour);
        store.Claim(1, new NodeIdentity("other", "http://other"));
        held.Set();

        await Assert.ThrowsAsync<ShardsFencedException>(() => zombie.Answered);
        await bystander.Answered;
        await Poll.Until(() => !host.Directory.IsOpen(1));
        Assert.Equal(AdmissionOutcome.Moved, host.Submit("after", lost, atMs: Start + (2 * Hour)).Admission.Outcome);
        await host.Submit("rest", kept, atMs: Start + (2 * Hour)).Answered;

        Assert.Equal(["before", "bystander", "rest"], store.StoredIds().Order(StringComparer.Ordinal));
        Assert.Equal(0, host.Gate.InFlight);
        Assert.Empty(host.Log.Of(101));
    }

    /// <summary>
    /// Cards pay at whichever node has their shard while shards move to the other node and back; each payment has the features it has on
    /// one node, and so has the state that each move recovers.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Submit_ShardsMoveToAnotherNodeAndBack_GivesTheStateFeaturesAndScoresOfOneNode(int seed)
    {
        using var folder = new TempFolder();
        using var single = new Topics(Shards);
        using var alone = GraphHost.Sqlite(folder);
        await using var one = await new GraphHost(single, alone, ("Kafka:Partitions", "4")).Start();
        using var storeA = Store();
        using var storeB = Store();
        await using var a = await Host(storeA, "a").Start();
        await Poll.Until(() => a.Served.Count == Shards);
        GraphHost? b = null;
        var random = new Random(seed);
        // Which node stored payments of a shard, in the order in which they followed each other.
        var stored = Enumerable.Range(0, Shards).Select(static _ => new List<string>()).ToArray();
        for (var i = 0; i < 4 * PaymentsOfAPhase; i++)
        {
            if (i % PaymentsOfAPhase == 0 && i > 0)
            {
                b = await Move(b);
                await AssertStates(one, a, b);
            }

            // Each phase begins with a payment of every card.
            var number = i % PaymentsOfAPhase;
            var (id, card, terminal) = (Name("p", i), Name("card-", number < Cards ? number : random.Next(Cards)), Name("t-", random.Next(3)));
            var (amount, at) = (random.Next(100, 90_000), Start + (i * 6 * Hour) - random.NextInt64(12 * Hour));
            var expected = await one.Submit(id, card, terminal, amount, at).Answered;
            var owner = b is not null && b.Served.Contains(ShardOf(b, card)) ? b : a;
            var answer = await owner.Submit(id, card, terminal, amount, at).Answered;
            Note(stored[ShardOf(a, card)], owner == a ? "a" : "b");
            if (random.Next(3) == 0)
            {
                // Its fraud becomes known a week later; every node counts it, whichever has the card.
                var label = $$"""{"transaction_id":"{{id}}","is_fraud":true}""";
                _topics.Send(Topics.Labels, card, label);
                single.Send(Topics.Labels, card, label);
                _topics.Flush();
                single.Flush();
                await Poll.Until(() => alone.Count().Labels == storeA.Count().Labels
                    && new[] { one, a, b }.All(host => host is null || host.Histories.Terminals.Labels == alone.Count().Labels));
            }

            Assert.Equal(expected.Features, answer.Features);
            Assert.Equal(expected.Score, answer.Score);
        }

        // It was away twice, so that shards went there and came back, and paid at each stop.
        Assert.Contains(stored, static nodes => nodes is ["a", "b", "a", ..]);
        Assert.All(stored, static nodes => Assert.Contains(nodes, static node => node == "a"));
        await b!.DisposeAsync();
        await Poll.Until(() => a.Served.Count == Shards);
        await AssertStates(one, a, null);

        async Task<GraphHost?> Move(GraphHost? other)
        {
            if (other is null)
            {
                other = await Host(storeB, "b").Start();
                await Poll.Until(() => a.Served.Count == 2 && other.Served.Count == 2);
                return other;
            }

            await other.DisposeAsync();
            await Poll.Until(() => a.Served.Count == Shards);
            return null;
        }
    }

    [Fact]
    public async Task Run_RestartedWithSnapshots_KeepsHistoriesAndReplaysOnlyTheRest()
    {
        using var store = Store();
        var host = await Host(store, "first").Start();
        await Poll.Until(() => host.Served.Count == Shards);
        for (var i = 0; i < 10; i++)
        {
            await host.Submit(Name("p", i), "card-1", atMs: Start + (i * 60_000)).Answered;
        }

        await Poll.Until(() => store.ReadHeads().Single(row => row.Shard == ShardOf(host, "card-1")) is { SnapshotSequence: > 0 } row
            && row.SnapshotSequence == row.Sequence);
        var before = host.Histories.Profile.CardsOf(ShardOf(host, "card-1"))!.Dump();
        await host.DisposeAsync();

        await using var again = await Host(store, "second").Start();
        await Poll.Until(() => again.Served.Count == Shards);
        State.Dumps.AssertEqual(before, again.Histories.Profile.CardsOf(ShardOf(again, "card-1"))!.Dump());
        var answer = await again.Submit("last", "card-1", atMs: Start + (11 * 60_000)).Answered;
        Assert.Equal(11, answer.Features[Fraud.Model.Features.FeatureCatalog.IndexOf("card_count_1h")]);
    }

    public void Dispose() => _topics.Dispose();

    private static void AssertEachOnce(IFraudStore store, int count)
    {
        var ids = store.StoredIds();
        Assert.Equal(count, ids.Count);
        Assert.Equal(count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(count, store.ReadOffsets(Topics.Transactions).Values.Sum());
    }

    private static void Note(List<string> nodes, string node)
    {
        if (nodes.Count == 0 || nodes[^1] != node)
        {
            nodes.Add(node);
        }
    }

    /// <summary>Whoever has a shard knows of its cards what one node knows that had it all along, byte for byte.</summary>
    private static async Task AssertStates(GraphHost one, GraphHost a, GraphHost? b)
    {
        foreach (var shard in Enumerable.Range(0, Shards))
        {
            var owner = b is not null && b.Served.Contains(shard) ? b : a;
            await Poll.Until(() => owner.Histories.Terminals.Labels == one.Histories.Terminals.Labels);
            State.Dumps.AssertEqual(one.Histories.Profile.CardsOf(shard)!.Dump(), owner.Histories.Profile.CardsOf(shard)!.Dump());
        }
    }

    private static int ShardOf(GraphHost host, string card) =>
        host.Get<Fraud.Stream.State.ShardRouter>().ShardOf(System.Text.Encoding.UTF8.GetBytes(card));

    private static string CardOf(GraphHost host, int shard) =>
        Enumerable.Range(0, 100).Select(static i => Name("card-", i)).First(card => ShardOf(host, card) == shard);

    private static string Name(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}");

    private HookedStore Store() => new(new PostgresStore(
        new StorageOptions { Kind = StoreKind.Postgres, Postgres = _connection }, Topics.Transactions, TimeProvider.System));

    private GraphHost Host(HookedStore store, string name) => new(
        _topics, store, ("Kafka:Partitions", "4"), ("Storage:Kind", "Postgres"), ("Storage:Postgres", _connection), ("Cluster:NodeName", name),
        ("Cluster:FollowInterval", "00:00:00.020"), ("Cluster:SnapshotInterval", "00:00:00.100"), ("Lifecycle:RestartMin", "00:00:00.050"));

    private void Send(int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            var card = Name("card-", i % 97);
            _topics.Send(Topics.Transactions, card, Topics.Payment(Name("p", i), card));
        }

        _topics.Flush();
    }
}
