using Akka.Actor;
using Fraud.Model.Decoding;
using Fraud.Model.History;
using Fraud.Stream.Cluster;
using Fraud.Stream.Ingest;
using Fraud.Stream.Kafka;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Lifecycle;

/// <summary>Takes the histories from the store and starts a graph with them.</summary>
public sealed class GraphFactory(
    TopologyParts parts,
    PartitionsSettings kafka,
    RecordReader records,
    SourceCounters source,
    ProfileOptions profile,
    ClusterOptions cluster,
    ShardDirectory directory,
    EngineWakes wakes)
{
    /// <summary>Waits for the store; not for a broker.</summary>
    public async Task<RunningGraph> Start(ActorSystem system, CancellationToken stopping)
    {
        var abort = new CancellationTokenSource();
        try
        {
            var histories = await Task.Factory.StartNew(
                () => Load(abort, stopping), stopping, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var partitions = KafkaPartitions.Start(
                kafka, records, parts.Batches, source, parts.Time, parts.LogFor<KafkaPartitions>());
            var follower = new TerminalFollower(histories.Terminals, wakes.Follower, cluster, parts.LogFor<TerminalFollower>());
            var graph = new RunningGraph(parts, histories, partitions, follower.Run, system, abort);
            var by = parts.Models.Champion.Current.ScoredBy;
            StreamLog.GraphStarted(
                parts.LogFor<GraphActor>(), parts.Batching.LaneThreads, directory.Shards, by.Model, by.Version, parts.Store.Kind);
            return graph;
        }
        catch
        {
            abort.Dispose();
            throw;
        }
    }

    private ShardHistories Load(CancellationTokenSource abort, CancellationToken stopping)
    {
        parts.Store.Open();
        var all = new Profile(profile, directory.Shards);
        var loader = new CardLoader(parts.Store, parts.LogFor<CardLoader>(), abort.Token);
        var terminals = new TerminalFeed(all, parts.Store, new ShardRouter(directory.Shards), directory, loader);
        terminals.Load(stopping);
        return new ShardHistories(
            all, terminals, new ShardRecovery(parts.Store, all, loader, cluster, parts.Time, parts.LogFor<ShardRecovery>()));
    }
}
