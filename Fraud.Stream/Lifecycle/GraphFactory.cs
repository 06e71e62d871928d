using Akka.Actor;
using Fraud.Stream.Kafka;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Lifecycle;

/// <summary>Takes the histories from the store and starts a graph with them.</summary>
/// <param name="newConsumer">Starts the consumer of one graph.</param>
/// <param name="newFollower">Follows the store for the terminals of one graph.</param>
public sealed class GraphFactory(
    HistoriesLoader histories,
    TopologyBuilder builder,
    Func<KafkaPartitions> newConsumer,
    Func<TerminalFeed, TerminalFollower> newFollower,
    OpenLanes lanes,
    ILogger<GraphActor> log)
{
    /// <summary>Waits for the store; not for a broker.</summary>
    public async Task<RunningGraph> Start(ActorSystem system, TimeProvider time, CancellationToken stopping)
    {
        var abort = new CancellationTokenSource();
        KafkaPartitions? consumer = null;
        try
        {
            var loaded = await Task.Factory.StartNew(
                () => histories.Load(abort.Token, stopping), stopping, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            consumer = newConsumer();
            var stop = CancellationTokenSource.CreateLinkedTokenSource(abort.Token);
            var built = builder.Build(
                loaded, KafkaLanes.Of(consumer), shard => system.EventStream.Publish(new ShardFenced(shard)), time, stop.Token);
            var graph = new RunningGraph(
                new RunningTopology(built, lanes, system, stop), loaded, consumer, newFollower(loaded.Terminals).Run, abort);
            var by = builder.Champion.Current.ScoredBy;
            StreamLog.GraphStarted(log, builder.Lanes, histories.Shards, by.Model, by.Version, histories.StoreKind);
            return graph;
        }
        catch
        {
            await abort.CancelAsync();
            if (consumer is not null)
            {
                // Tried again with another one, so this one's thread and connections would be left behind each time.
                await consumer.DisposeAsync();
            }

            abort.Dispose();
            throw;
        }
    }
}
