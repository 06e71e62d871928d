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

    /// <summary>Cards pay at whichever node has their shard while shards move; each payment has the features it has on one node.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Submit_ShardsMoveBetweenNodes_GivesTheFeaturesAndScoresOfOneNode(int seed)
    {
        using var folder = new TempFolder();
        using var single = new Topics(Shards);
        using var alone = GraphHost.Sqlite(folder);
        await using var one = await new GraphHost(single, alone, ("Kafka:Partitions", "4")).Start();
        using var storeA = Store();
        using var storeB = Store();
        await using var a = await Host(storeA, "a").Start();
        var b = await Host(storeB, "b").Start();
        await Poll.Until(() => a.Served.Count == 2 && b.Served.Count == 2);
        var random = new Random(seed);
        for (var i = 0; i < 75; i++)
        {
            if (i is 25)
            {
                await b.DisposeAsync();
                await Poll.Until(() => a.Served.Count == Shards);
            }
            else if (i is 50)
            {
                b = await Host(storeB, "b").Start();
                await Poll.Until(() => a.Served.Count == 2 && b.Served.Count == 2);
            }

            var (id, card, terminal) = (Name("p", i), Name("card-", random.Next(12)), Name("t-", random.Next(3)));
            var (amount, at) = (random.Next(100, 90_000), Start + (i * 6 * Hour) - random.NextInt64(12 * Hour));
            var expected = await one.Submit(id, card, terminal, amount, at).Answered;
            var owner = a.Served.Contains(ShardOf(a, card)) ? a : b;
            var answer = await owner.Submit(id, card, terminal, amount, at).Answered;
            if (random.Next(3) == 0)
            {
                // Its fraud becomes known a week later; every node counts it, whichever has the card.
                var label = $$"""{"transaction_id":"{{id}}","is_fraud":true}""";
                _topics.Send(Topics.Labels, card, label);
                single.Send(Topics.Labels, card, label);
                _topics.Flush();
                single.Flush();
                await Poll.Until(() => one.Histories.Terminals.Labels == alone.Count().Labels && alone.Count().Labels == storeA.Count().Labels);
            }

            Assert.Equal(expected.Features, answer.Features);
            Assert.Equal(expected.Score, answer.Score);
        }

        await b.DisposeAsync();
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
