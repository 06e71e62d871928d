using Fraud.Model.History;
using Fraud.Stream;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Commit;
using Fraud.Stream.FanOut;
using Fraud.Stream.Overload;
using Fraud.Stream.Scoring;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fraud.Tests.Stream.Support;

/// <summary>A node's shards on a store, as a graph has them, without the graph's stages.</summary>
internal sealed class TestShards : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StreamMetrics _metrics = new(TimeProvider.System);
    private Task _keeping = Task.CompletedTask;

    public TestShards(
        IFraudStore store,
        int shards,
        PartitionProgress? progress = null,
        string node = "test",
        ProfileOptions? profile = null,
        ClusterOptions? options = null)
    {
        Router = new ShardRouter(shards);
        var overload = new OverloadOptions();
        var parts = new TopologyParts(
            new LaneRouter(),
            new AdmissionGate(new LaneRouter(), Router, overload, TimeProvider.System),
            new MicroBatchPool(64, 64),
            // Only stages ask for it.
            Models: null!,
            store,
            progress ?? new PartitionProgress(),
            _metrics,
            TimeProvider.System,
            NullLoggerFactory.Instance)
        {
            Batching = new BatchingOptions(),
            Overload = overload,
            Pace = new KafkaPace(overload, TimeProvider.System),
            Scoring = new ScoringOptions(),
            Persistence = new PersistenceOptions(),
            WakeOutbox = static () => { },
        };
        Parts = new ClusterParts(
                new NodeIdentity(node, "http://" + node), new ShardMap(shards), Router, options ?? new ClusterOptions(), profile ?? new ProfileOptions())
            .New(parts, parts.Progress, Topics.Transactions, _stop.Token);
        Recovery = new ShardRecovery(
            store, Parts.Profile, Parts.Loader, options ?? new ClusterOptions(), TimeProvider.System, NullLogger<ShardRecovery>.Instance);
    }

    public ShardRouter Router { get; }

    public ShardParts Parts { get; }

    public ShardRecovery Recovery { get; }

    /// <summary>Recovers what is claimed, on a thread of its own.</summary>
    public TestShards Keep()
    {
        _keeping = Task.Factory.StartNew(
            () => Parts.Keeper.Run(_stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return this;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _keeping.Wait(Topics.Deadline);
        _metrics.Dispose();
        _stop.Dispose();
    }
}
