using Akka.Hosting;
using Fraud.Model.Decoding;
using Fraud.Model.History;
using Fraud.Stream.Alerts;
using Fraud.Stream.Audit;
using Fraud.Stream.Batching;
using Fraud.Stream.CardNumbers;
using Fraud.Stream.Cluster;
using Fraud.Stream.Drift;
using Fraud.Stream.Events;
using Fraud.Stream.FanOut;
using Fraud.Stream.Formation;
using Fraud.Stream.Ingest;
using Fraud.Stream.Kafka;
using Fraud.Stream.Keys;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Overload;
using Fraud.Stream.Poison;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Registry;
using Fraud.Stream.Retention;
using Fraud.Stream.Retraining;
using Fraud.Stream.Scoring;
using Fraud.Stream.Settings;
using Fraud.Stream.Shadow;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Fraud.Stream.Tracing;
using Fraud.Stream.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fraud.Stream;

/// <summary>Registers the graph. Settings are bound and checked at start: every mistake at once.</summary>
public static class FraudStreamExtensions
{
    public static IServiceCollection AddFraudStream(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSettings<TransactionLimits>(configuration, TransactionLimits.Section);
        services.AddCardNumbers(configuration);
        services.AddSettings<ProfileOptions>(configuration, ProfileOptions.Section);
        services.AddSettings<BatchingOptions>(configuration, BatchingOptions.Section);
        services.AddSettings<ScoringOptions>(configuration, ScoringOptions.Section);
        services.AddSettings<RegistryOptions>(configuration, RegistryOptions.Section);
        services.AddSettings<ShadowOptions>(configuration, ShadowOptions.Section);
        services.AddSettings<OverloadOptions>(configuration, OverloadOptions.Section);
        services.AddSettings<PersistenceOptions>(configuration, PersistenceOptions.Section);
        services.AddSettings<StorageOptions>(configuration, StorageOptions.Section);
        services.AddSettings<ReadModelOptions>(configuration, ReadModelOptions.Section);
        services.AddSettings<AlertsOptions>(configuration, AlertsOptions.Section);
        services.AddSettings<KafkaOptions>(configuration, KafkaOptions.Section);
        services.AddSettings<LifecycleOptions>(configuration, LifecycleOptions.Section);
        services.AddSettings<PoisonOptions>(configuration, PoisonOptions.Section);
        services.AddSettings<ClusterOptions>(configuration, ClusterOptions.Section);
        services.AddSettings<KubernetesOptions>(configuration, KubernetesOptions.Section);
        services.AddSettings<TracingOptions>(configuration, TracingOptions.Section);

        services.AddSingleton<KafkaEndpoint>();
        services.AddSingleton(static provider => new ShardRouter(provider.GetRequiredService<KafkaOptions>().Partitions));
        services.AddSingleton<OpenLanes>();
        services.AddSingleton<ILaneIntake>(static provider => provider.GetRequiredService<OpenLanes>());
        services.AddSingleton<PaymentTracer>();
        services.AddSingleton<AdmissionGate>();
        services.AddSingleton<KafkaPace>();
        services.AddSingleton<TransactionReader>();
        services.AddMetrics();
        services.AddSingleton<StreamMetrics>();
        services.AddSingleton<FieldCounts>();
        services.AddSingleton<SourceCounters>();
        services.TryAddSingleton(static provider => NodeIdentity.Of(provider.GetRequiredService<ClusterOptions>()));
        services.AddSingleton(static provider => new ShardDirectory(provider.GetRequiredService<ShardRouter>().Shards));
        services.AddSingleton(static provider => new ShardPhases(
            provider.GetRequiredService<ShardRouter>().Shards, isAlone: !provider.GetRequiredService<IFraudStore>().IsShared));
        services.AddSingleton(static provider => new ShardTimeline(
            provider.GetRequiredService<ShardRouter>().Shards, provider.GetRequiredService<NodeIdentity>(), provider.GetRequiredService<ClusterOptions>()));
        services.AddSingleton<EventsFile>();
        services.AddSingleton<ShardRegionRef>();
        services.AddSingleton<EngineParts>();
        services.AddSingleton<RowsToCome>();
        services.AddSingleton(static provider =>
        {
            var options = provider.GetRequiredService<ReadModelOptions>();
            return new ResultsFeed(new CommittedPages(options.QueueCapacity), LagOf(provider), options.MaxBehind);
        });
        services.AddSingleton(static provider => new AlertsFeed(
            new CommittedPages(provider.GetRequiredService<AlertsOptions>().QueueCapacity), LagOf(provider)));
        services.AddSingleton<JournalFeeds>();
        services.AddSingleton<EngineWakes>();
        services.AddSingleton<PoisonSuspects>();
        services.AddSingleton<RecordReader>();
        services.AddSingleton(static provider => new PartitionsSettings(
            provider.GetRequiredService<KafkaOptions>(), provider.GetRequiredService<KafkaEndpoint>().BootstrapServers,
            provider.GetRequiredService<BatchingOptions>().LaneThreads, provider.GetRequiredService<BatchingOptions>().QueueCapacity)
        {
            EndOf = provider.GetRequiredService<PartitionEnds>().EndOf,
        });
        services.AddSingleton<ModelDirectory>();
        services.AddSingleton(static provider =>
        {
            var directory = provider.GetRequiredService<ModelDirectory>();
            return new ModelHolder(directory.Load(directory.Newest()));
        });
        services.AddSingleton(static provider => ModelRoutes.Load(
            provider.GetRequiredService<ModelHolder>(), provider.GetRequiredService<ModelDirectory>(), provider.GetRequiredService<ScoringOptions>()));
        services.AddSingleton(static provider => new ShadowModels(
            provider.GetRequiredService<ModelRoutes>(), provider.GetRequiredService<ModelDirectory>(), provider.GetRequiredService<ScoringOptions>(),
            provider.GetRequiredService<ShadowOptions>(), provider.GetRequiredService<BatchingOptions>().LaneThreads));
        services.AddStore();
        services.AddSingleton<RetentionCounts>();
        services.AddSingleton<IValidateOptions<StorageOptions>, RetentionRules>();
        services.AddSingleton(static provider => provider.GetRequiredService<IFraudStore>().Database);
        services.AddSingleton<KeyQueries>();
        services.AddSingleton<WebhookQueries>();
        services.AddSingleton<TrainingLeaseQueries>();
        services.AddSingleton<ShadowQueries>();
        services.AddSingleton<QualityQueries>();
        services.AddSingleton<ModelQueries>();
        services.AddSingleton<AliasQueries>();
        services.AddSingleton<AuditQueries>();
        services.AddSingleton<IAuditLog, AuditLog>();
        services.AddSingleton<ModelRegistry>();
        services.AddSingleton<IModelRegistry>(static provider => provider.GetRequiredService<ModelRegistry>());
        services.AddSingleton<ModelCache>();
        services.AddSingleton<FolderRegistration>();
        services.AddDrift(configuration);
        services.AddTopology();

        services.AddFormation();
        services.AddAkka(FormationConfig.SystemName, static (akka, provider) => akka.AddFraudEngine(provider));
        services.AddSingleton<GraphStatus>();
        services.AddReadinessChecks();
        services.AddSingleton<PartitionEnds>();
        services.AddSingleton<PartitionCount>();
        services.AddHostedService(static provider => provider.GetRequiredService<PartitionCount>());
        services.AddHostedService(static provider => provider.GetRequiredService<PartitionEnds>());
        services.AddSingleton<StreamGauges>();
        services.AddSingleton<ShardGauges>();
        // Before the graph, so that it is stopped behind it and misses nothing.
        services.AddHostedService<ShadowService>();
        // Before the graph: the first payment is scored by what is in Production.
        services.AddHostedService<ModelWatcher>();
        services.AddHostedService<FraudStreamService>();
        return services;
    }

    private static ReaderLag LagOf(IServiceProvider provider) =>
        new(provider.GetRequiredService<ShardRouter>().Shards, provider.GetRequiredService<TimeProvider>());

    /// <summary>The store that the settings name, unless the caller brought one.</summary>
    private static void AddStore(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(IFraudStore)))
        {
            return;
        }

        // Before all that runs on it.
        services.AddHostedService<SqliteFileLock>();
        services.AddSingleton(static provider => StoreFactory.Create(
            provider.GetRequiredService<StorageOptions>(),
            provider.GetRequiredService<KafkaOptions>().TransactionsTopic,
            provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Binds a section to an options class, checked at start, and offers it as itself.</summary>
    public static IServiceCollection AddSettings<T>(this IServiceCollection services, IConfiguration configuration, string section)
        where T : class
    {
        services.AddOptions<T>()
            .Bind(configuration.GetSection(section), static binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton(static provider => provider.GetRequiredService<IOptions<T>>().Value);
        services.AddSingleton(new SettingsSection(section, typeof(T)));
        return services;
    }
}
