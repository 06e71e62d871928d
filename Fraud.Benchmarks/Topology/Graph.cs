using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Workload;
using Fraud.Model.History;
using Fraud.Stream;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Commit;
using Fraud.Stream.FanOut;
using Fraud.Stream.Overload;
using Fraud.Stream.Scoring;
using Fraud.Stream.State;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fraud.Benchmarks.Topology;

/// <summary>The product's graph with default sizes, fed as the Kafka source feeds it, on a store that keeps nothing.</summary>
internal sealed class Graph : IAsyncDisposable
{
    // As the Kafka source waits for a lane.
    private static readonly TimeSpan LaneWait = TimeSpan.FromMilliseconds(1);

    private readonly BatchingOptions _batching = new();
    private readonly PaymentStream _stream = PaymentStream.Usual("graph");
    private readonly LaneRouter _lanes = new();
    private readonly PartitionProgress _progress = new();
    private readonly NullStore _store = new(PaymentFiller.Shards);
    private readonly StreamMetrics _metrics = new(TimeProvider.System);
    private readonly MicroBatchPool _batches;
    private readonly FraudTopology _topology;
    private Payment _next = new();
    private readonly long _before;
    private long _fed;

    public Graph(ModelHolder models, CancellationToken cancellation)
    {
        _batches = new MicroBatchPool(_batching.MaxBatchSize, 8 * _batching.QueueCapacity * _batching.LaneThreads);
        var overload = new OverloadOptions();
        var gate = new AdmissionGate(_lanes, new ShardRouter(PaymentFiller.Shards), overload, TimeProvider.System);
        var parts = new TopologyParts(
            _lanes, gate, _batches, new ModelRoutes(models), _store, _progress, _metrics, TimeProvider.System, NullLoggerFactory.Instance)
        {
            Batching = _batching,
            Overload = overload,
            Pace = new KafkaPace(overload, TimeProvider.System),
            Scoring = new ScoringOptions(),
            Persistence = new PersistenceOptions(),
            WakeOutbox = static () => { },
        };
        var profile = PaymentFiller.OldProfile(_stream, _batching.MaxBatchSize, out _fed);
        _before = _fed;
        _topology = new FraudTopology(parts, Shards(parts, profile.Profile, cancellation), cancellation);
    }

    private ShardParts Shards(TopologyParts parts, Profile profile, CancellationToken cancellation)
    {
        var cluster = new ClusterParts(
            new NodeIdentity("bench", ""), new ShardMap(PaymentFiller.Shards), new ShardRouter(PaymentFiller.Shards), new ClusterOptions(), new ProfileOptions());
        return cluster.New(parts, profile, _progress, "transactions", cancellation);
    }

    public Sample Run(TimeSpan duration, CancellationToken cancellation)
    {
        var meter = Meter.Start();
        var before = _fed;
        while (meter.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            var batch = _batches.Rent();
            batch.KafkaPartition = PaymentFiller.ShardOf(_fed, batch.Capacity);
            while (!batch.IsFull)
            {
                PaymentFiller.Fill(_next, _stream, _fed++, batch.KafkaPartition);
                _next = batch.Swap(_next);
            }

            Offer(batch, cancellation);
        }

        while (_store.Committed < _fed - _before && !_topology.WhenEnded().IsCompleted)
        {
            _progress.WaitForChange(LaneWait);
        }

        return meter.Stop(_fed - before);
    }

    public async ValueTask DisposeAsync()
    {
        _topology.StopIntake();
        try
        {
            await _topology.WhenEnded();
        }
        finally
        {
            _metrics.Dispose();
            _store.Dispose();
        }
    }

    private void Offer(MicroBatch batch, CancellationToken cancellation)
    {
        var (partition, count) = (batch.KafkaPartition, batch.Count);
        _progress.Accepted(partition, count);
        while (!_lanes.TryOffer(batch))
        {
            cancellation.ThrowIfCancellationRequested();
            _progress.WaitForChange(LaneWait);
        }
    }
}
