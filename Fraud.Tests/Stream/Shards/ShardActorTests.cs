using Akka.Actor;
using Fraud.Model;
using Fraud.Model.History;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Shards;

/// <summary>The actor of a shard on a real store, and a graph that the test plays.</summary>
public sealed class ShardActorTests : Akka.TestKit.Xunit2.TestKit
{
    private const int Shard = 1;

    private readonly TempFolder _folder = new();
    private readonly FailingStore _store;
    private readonly StreamMetrics _metrics = new(TimeProvider.System);
    private readonly ShardDirectory _directory = new(2);
    private readonly ShardPhases _phases = new(2, isAlone: false);
    private readonly ClusterOptions _options = new() { SnapshotCards = 1, SnapshotInterval = TimeSpan.FromMilliseconds(100) };
    private volatile IShardGraph? _graph;

    public ShardActorTests() : base(
        $"akka.loglevel = OFF\nakka.test.single-expect-default = 60s\n{FraudTestDispatcher}", "shard-actor")
    {
        _store = new FailingStore(new SqliteStore(
            new StorageOptions { SqliteFile = _folder.File("fraud.db") }, Topics.Transactions, TimeProvider.System));
        _store.Open();
    }

    private const string FraudTestDispatcher = "fraud.shard-dispatcher { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 2 } }";

    [Fact]
    public async Task Start_GraphRuns_TakesPaymentsOnceTheLaneHasTheShard()
    {
        await using var graph = new GraphPlayer(_store, _directory) { Holds = true };
        _graph = graph;
        var actor = NewShard();

        var open = await graph.Next(MarkerKind.Open);
        Assert.Equal((Shard, 1L, 0L), (open.Shard.Shard, open.Shard.Generation, open.Shard.Begin.Sequence));
        Assert.False(_directory.IsOpen(Shard));
        open.Opened();

        await Poll.Until(() => _directory.GenerationOf(Shard) == 1);
        Assert.Equal(ShardPhase.Open, _phases.Of(Shard));
        Assert.Equal(0, _phases.Opening);
        Sys.Stop(actor);
        await Poll.Until(() => !_directory.IsOpen(Shard) && _phases.Of(Shard) is null);
        Assert.True(open.Shard.IsDropped);
    }

    [Fact]
    public async Task Stop_WhileOpen_RefusesThenSavesThenGivesBackThenEnds()
    {
        await using var graph = new GraphPlayer(_store, _directory);
        _graph = graph;
        var actor = NewShard();
        await Poll.Until(() => _directory.IsOpen(Shard));
        var shard = (await graph.Next(MarkerKind.Open)).Shard;
        Count(graph, shard, "card-1");
        Watch(actor);

        graph.Holds = true;
        actor.Tell(StopShard.Instance);
        var handOver = await graph.Next(MarkerKind.HandOver);
        Assert.False(_directory.IsOpen(Shard));
        Assert.True(_store.ReadHeads([Shard])[0].IsOwned);
        graph.Histories.Terminals.Capture(handOver);
        handOver.Stored(sequence: 0);

        ExpectTerminated(actor);
        var head = _store.ReadHeads([Shard])[0];
        Assert.Equal(("", 1L), (head.Owner, head.Generation));
        Assert.Equal(["card-1"], _store.ReadCards(Shard).Select(static card => card.CardId.ToString()));
    }

    [Fact]
    public async Task GraphEnded_AnotherStarts_IsClaimedAndRecoveredAgain()
    {
        await using var graph = new GraphPlayer(_store, _directory);
        _graph = graph;
        NewShard();
        await Poll.Until(() => _directory.GenerationOf(Shard) == 1);
        var first = (await graph.Next(MarkerKind.Open)).Shard;

        _graph = null;
        Sys.EventStream.Publish(new GraphEnded(graph));
        await Poll.Until(() => !_directory.IsOpen(Shard));
        Assert.True(first.IsDropped);
        await using var next = new GraphPlayer(_store, _directory);
        Sys.EventStream.Publish(new GraphStarted(next));

        await Poll.Until(() => _directory.GenerationOf(Shard) == 2);
        // What the old graph says late is not about the new claim.
        Sys.EventStream.Publish(new ShardFenced(first));
        Sys.EventStream.Publish(new GraphEnded(graph));
        Assert.Equal(2, (await next.Next(MarkerKind.Open)).Shard.Generation);
        Assert.True(_directory.IsOpen(Shard));
    }

    [Fact]
    public async Task Fenced_ByACommit_TakesNoMoreAndWaitsBeforeItClaims()
    {
        await using var graph = new GraphPlayer(_store, _directory);
        _graph = graph;
        NewShard();
        await Poll.Until(() => _directory.IsOpen(Shard));
        var shard = (await graph.Next(MarkerKind.Open)).Shard;

        Sys.EventStream.Publish(new ShardFenced(shard));

        await Poll.Until(() => _phases.Of(Shard) == ShardPhase.Fenced && !_directory.IsOpen(Shard));
        Assert.True(shard.IsDropped);
        Assert.Equal(1, _store.ReadHeads([Shard])[0].Generation);
    }

    [Theory]
    [InlineData("claim")]
    [InlineData("cards")]
    [InlineData("journal")]
    public async Task Start_StoreFailsAtAStep_TriesAgain(string step)
    {
        _store.FailNext(step);
        await using var graph = new GraphPlayer(_store, _directory);
        _graph = graph;

        NewShard();

        await Poll.Until(() => _directory.IsOpen(Shard));
        Assert.Equal(0, _store.Left);
    }

    [Fact]
    public async Task Stop_StoreFailsAtTheRelease_EndsAllTheSame()
    {
        await using var graph = new GraphPlayer(_store, _directory) { Answers = true };
        _graph = graph;
        var actor = NewShard();
        await Poll.Until(() => _directory.IsOpen(Shard));
        Watch(actor);

        _store.FailNext("release");
        actor.Tell(StopShard.Instance);

        ExpectTerminated(actor);
        Assert.Equal(0, _store.Left);
    }

    [Fact]
    public async Task Snapshot_Due_WritesWhatTheMarkerPickedUpAndGoesOnFromThere()
    {
        await using var graph = new GraphPlayer(_store, _directory) { Answers = true };
        _graph = graph;
        NewShard();
        await Poll.Until(() => _directory.IsOpen(Shard));
        var shard = (await graph.Next(MarkerKind.Open)).Shard;

        Count(graph, shard, "card-1");
        await Poll.Until(() => _store.ReadCards(Shard).Any());
        _store.FailNext("save");
        Count(graph, shard, "card-2");

        await Poll.Until(() => _store.ReadCards(Shard).Count() == 2);
        Assert.Equal(0, _store.Left);
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("broken")]
    public async Task Snapshot_NotWritten_ItsCardsAreInTheNextOne(string outcome)
    {
        await using var graph = new GraphPlayer(_store, _directory) { Answers = true };
        _graph = graph;
        NewShard();
        await Poll.Until(() => _directory.IsOpen(Shard));
        var shard = (await graph.Next(MarkerKind.Open)).Shard;

        _store.FailNext(outcome);
        Count(graph, shard, "card-1");

        await Poll.Until(() => _store.ReadCards(Shard).Any());
        Assert.Equal(0, _store.Left);
    }

    /// <summary>The owner before counted a payment whose row was there: this one sends it to the lane, once.</summary>
    [Fact]
    public async Task Sweep_RowsNotedARepeat_SendsItsRetractionToTheLaneOnce()
    {
        var before = _store.OwnAll(2, "before");
        before.Commit(FromHttp(Paid("first"), Paid("again", shard: Shard)));
        before.Commit(FromHttp(Paid("again", shard: Shard, card: "its card")));
        await using var graph = new GraphPlayer(_store, _directory) { Answers = true };
        _graph = graph;
        NewShard();

        var marker = await graph.Next(MarkerKind.TakeBack);

        var taken = Assert.Single(marker.Retractions);
        Assert.Equal((2L, 0, "again", "its card"), (taken.Sequence, taken.PaymentOrdinal, taken.Payment.TransactionId.ToString(), taken.Payment.CardId.ToString()));
        Assert.Equal(graph.Opened, marker.Shard);
        // The note stays open until the retraction's page is read, and several looks come before that.
        var looks = _store.RepeatLooks;
        await Poll.Until(() => _store.RepeatLooks > looks + 2);
        Assert.False(graph.HasNext);
    }

    private static void Count(GraphPlayer graph, OpenShard shard, string card)
    {
        var payment = new Transaction { CardId = ShortText.From(card), Id = ShortText.From("of-" + card), AmountMinor = 100, EventTimeMs = 1_700_000_000_000 };
        Assert.Equal(
            Observation.Counted,
            graph.Histories.Profile.Observe(shard.Cards, payment, new float[Fraud.Model.Features.FeatureCatalog.Count], nowMs: 0));
    }

    // Without another: one that is away for ever, and nothing here may wait for it.
    private IActorRef NewShard(Func<IActorRef, Props>? history = null)
    {
        var node = new NodeIdentity("node", "http://node");
        var worker = Props.Create(() => new ShardWorker(Shard, _store, node, _options, _metrics, NullLoggerFactory.Instance))
            .WithDispatcher("fraud.shard-dispatcher");
        var around = new ShardSurroundings(
            _directory, _phases, new ShardTimeline(2, node, _options), new NoForwardedPayments(), () => _graph);
        var children = new ShardChildren(worker, history ?? (static _ => Props.Create(() => new AwayHistory())));
        return Sys.ActorOf(Props.Create(() => new ShardActor(
            Shard, around, _options, children, TimeProvider.System, NullLogger<ShardActor>.Instance)));
    }

    /// <summary>Is up at once, and shows the test what it is told.</summary>
    private sealed class ToldHistory : ReceiveActor
    {
        public ToldHistory(IActorRef test, IActorRef owner)
        {
            ReceiveAny(message => test.Tell(message));
            owner.Tell(HistoryUp.Instance);
        }
    }

    private sealed class AwayHistory : ReceiveActor
    {
        public AwayHistory() => ReceiveAny(static _ => { });
    }
}
