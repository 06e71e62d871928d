using Akka.Actor;
using Akka.Streams.Dsl;
using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Workload;
using Fraud.Model.History;
using Fraud.Stream.Alerts;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.FanOut;
using Fraud.Stream.Journal;
using Fraud.Stream.Kafka;
using Fraud.Stream.Overload;
using Fraud.Stream.Poison;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Fraud.Stream;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fraud.Benchmarks.Topology;

/// <summary>The product's graph with default sizes, fed as the Kafka source feeds it, on a store that keeps nothing.</summary>
internal sealed class Graph : IAsyncDisposable
{
    private readonly BatchingOptions _batching = new();
    private readonly PaymentStream _stream = PaymentStream.Usual("graph");
    private readonly NullStore _store = new(PaymentFiller.Shards);
    private readonly StreamMetrics _metrics = new(TimeProvider.System);
    private readonly MicroBatchPool _batches;
    private readonly LaneFeeder[] _lanes;
    private readonly ActorSystem _system;
    private readonly RunningTopology _topology;
    private readonly long _before;
    private Payment _next = new();
    private long _fed;

    public Graph(ModelHolder models, CancellationToken cancellation)
    {
        _batches = new MicroBatchPool(_batching.MaxBatchSize, 8 * _batching.QueueCapacity * _batching.LaneThreads);
        _lanes = [.. Enumerable.Range(0, _batching.LaneThreads).Select(_ => new LaneFeeder(_batching.QueueCapacity))];
        var overload = new OverloadOptions();
        var persistence = new PersistenceOptions();
        // No one reads: what finds no room is dropped, and nothing waits for it.
        var feeds = new JournalFeeds(
            new ResultsFeed(new CommittedPages(new ReadModelOptions().QueueCapacity), Lag(), int.MaxValue),
            new AlertsFeed(new CommittedPages(new AlertsOptions().QueueCapacity), Lag()));
        var lanes = new OpenLanes();
        var shards = new ShardRouter(PaymentFiller.Shards);
        var directory = new ShardDirectory(PaymentFiller.Shards);
        var gate = new AdmissionGate(lanes, shards, directory, overload, TimeProvider.System);
        var poison = new PoisonSuspects(new PoisonOptions(), TimeProvider.System, NullLogger<PoisonSuspects>.Instance);
        var builder = new TopologyBuilder(
            new LaneStages(_batches, overload, gate, poison, _store, NullLogger<CardLoader>.Instance),
            new ScoreFlows(new ModelRoutes(models), new DecideFlow(new ScoringOptions()), _batching, TimeProvider.System, []),
            new CommitStages(_store, persistence, new FeatureSample(new StorageOptions().FeatureSample), _metrics, NullLogger<GroupWriter>.Instance),
            new SinkStages(_store, persistence, new KafkaPace(overload, TimeProvider.System), _metrics, feeds, NullLogger<RepeatSink>.Instance),
            () => new StageProbes(_metrics, poison, NullLogger<StageProbes>.Instance),
            _batching);
        var profile = PaymentFiller.OldProfile(_stream, _batching.MaxBatchSize, out _fed).Profile;
        _before = _fed;
        _system = FraudEngine.Create(_batching);
        var loader = new CardLoader(_store, NullLogger<CardLoader>.Instance, cancellation);
        var histories = new ShardHistories(
            profile, new TerminalFeed(profile, _store, shards, directory, loader),
            new ShardRecovery(_store, profile, loader, new ClusterOptions(), TimeProvider.System, NullLogger<ShardRecovery>.Instance));
        var kafka = new KafkaLanes(lane => _lanes[lane].Source, static _ => { });
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var built = builder.Build(histories, kafka, static _ => { }, TimeProvider.System, stop.Token);
        _topology = new RunningTopology(built, lanes, _system, stop);
        Open(profile, cancellation);
    }

    private static ReaderLag Lag() => new(PaymentFiller.Shards, TimeProvider.System);

    public Sample Run(TimeSpan duration, CancellationToken cancellation)
    {
        var meter = Meter.Start();
        var before = _fed;
        while (meter.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            var batch = _batches.Rent();
            batch.KafkaPartition = PaymentFiller.ShardOf(_fed, batch.Capacity);
            batch.Generation = 1;
            while (!batch.IsFull)
            {
                PaymentFiller.Fill(_next, _stream, _fed++, batch.KafkaPartition);
                _next.Generation = 1;
                _next = batch.Swap(_next);
            }

            _lanes[batch.KafkaPartition % _lanes.Length].Offer(batch, cancellation);
        }

        // The last batches are some milliseconds of work.
        var spin = default(SpinWait);
        while (_store.Committed < _fed - _before && !_topology.WhenEnded().IsCompleted)
        {
            spin.SpinOnce();
        }

        return meter.Stop(_fed - before);
    }

    public async ValueTask DisposeAsync()
    {
        Array.ForEach(_lanes, static lane => lane.End());
        _topology.StopIntake();
        try
        {
            await _topology.WhenEnded();
        }
        finally
        {
            await _system.Terminate();
            _system.Dispose();
            _metrics.Dispose();
            _store.Dispose();
        }
    }

    private void Open(Profile profile, CancellationToken cancellation)
    {
        using var opened = new CountdownEvent(PaymentFiller.Shards);
        for (var shard = 0; shard < PaymentFiller.Shards; shard++)
        {
            _store.TryClaim(shard, new NodeIdentity("bench", ""), out var head);
            _topology.TrySend(new ShardMarker(
                MarkerKind.Open, new OpenShard(CommitCursor.At(head), profile.CardsOf(shard)!), _ => opened.Signal()));
        }

        opened.Wait(cancellation);
    }
}
