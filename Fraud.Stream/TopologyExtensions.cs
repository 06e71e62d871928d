using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Drift;
using Fraud.Stream.FanOut;
using Fraud.Stream.Ingest;
using Fraud.Stream.Journal;
using Fraud.Stream.Kafka;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Overload;
using Fraud.Stream.Poison;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shadow;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream;

/// <summary>Registers what makes the stages of each instance of the graph.</summary>
internal static class TopologyExtensions
{
    public static IServiceCollection AddTopology(this IServiceCollection services)
    {
        services.AddSingleton(static provider =>
        {
            var batching = provider.GetRequiredService<BatchingOptions>();
            // As many idle batches as the queues of one graph can hold.
            return new MicroBatchPool(batching.MaxBatchSize, 8 * batching.QueueCapacity * batching.LaneThreads);
        });
        services.AddSingleton(static provider => new LaneStages(
            provider.GetRequiredService<MicroBatchPool>(), provider.GetRequiredService<OverloadOptions>(), provider.GetRequiredService<AdmissionGate>(),
            provider.GetRequiredService<PoisonSuspects>(), provider.GetRequiredService<IFraudStore>(), provider.GetRequiredService<ILogger<CardLoader>>()));
        services.AddSingleton(static provider => new DecideFlow(
            provider.GetRequiredService<ScoringOptions>(),
            provider.GetRequiredService<PersistenceOptions>().Acknowledge == Acknowledge.Scored ? provider.GetRequiredService<KafkaPace>() : null));
        services.AddSingleton(static provider => new ScoreFlows(
            provider.GetRequiredService<ModelRoutes>(), provider.GetRequiredService<DecideFlow>(), provider.GetRequiredService<BatchingOptions>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ShadowModels>().Rings));
        services.AddSingleton(static provider => new FeatureSample(provider.GetRequiredService<StorageOptions>().FeatureSample));
        services.AddSingleton<CommitStages>();
        services.AddSingleton<SinkStages>();
        services.AddSingleton<Func<StageProbes>>(static provider => () => new StageProbes(
            provider.GetRequiredService<StreamMetrics>(), provider.GetRequiredService<PoisonSuspects>(), provider.GetRequiredService<ILogger<StageProbes>>()));
        services.AddSingleton<TopologyBuilder>();
        services.AddSingleton<HistoriesLoader>();
        services.AddSingleton<Func<KafkaPartitions>>(static provider => () => KafkaPartitions.Start(
            provider.GetRequiredService<PartitionsSettings>(), provider.GetRequiredService<RecordReader>(), provider.GetRequiredService<MicroBatchPool>(),
            provider.GetRequiredService<SourceCounters>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<KafkaPartitions>>()));
        services.AddSingleton<Func<TerminalFeed, TerminalFollower>>(static provider => terminals => new TerminalFollower(
            terminals, provider.GetRequiredService<EngineWakes>().Follower, provider.GetRequiredService<ClusterOptions>(),
            provider.GetRequiredService<ILogger<TerminalFollower>>()));
        services.AddSingleton<GraphFactory>();
        return services;
    }
}
