using Akka.Actor;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Fraud.Stream.Alerts;
using Fraud.Stream.Cluster;
using Fraud.Stream.Events;
using Fraud.Stream.Ingest;
using Fraud.Stream.Labels;
using Fraud.Stream.Overload;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Retention;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Lifecycle;

/// <summary>The parts of the engine and what each is made of.</summary>
internal static class EngineProps
{
    public const string Shards = "shards";
    public const string Results = "results";
    public const string Labels = "labels";
    public const string Alerts = "alerts";
    public const string Retention = "retention";

    public static IReadOnlyDictionary<string, Props> Of(IServiceProvider provider, ActorSystem system) => new Dictionary<string, Props>
    {
        [GraphActor.Part] = Graph(provider, system),
        [Shards] = AllShards(provider),
        [Results] = Loop(provider, Results, stop =>
        {
            using var results = ResultsOf(provider);
            results.Run(stop);
        }),
        [Labels] = Loop(provider, Labels, stop =>
        {
            using var letters = SenderOf(provider);
            LabelsOf(provider, letters).Run(stop);
        }),
        [Alerts] = Loop(provider, Alerts, stop =>
        {
            using var sender = SenderOf(provider);
            AlertsOf(provider, sender).Run(stop);
        }),
        [Retention] = Loop(provider, Retention, stop => RetentionOf(provider).Run(stop)),
    };

    private static Props Graph(IServiceProvider provider, ActorSystem system)
    {
        var factory = provider.GetRequiredService<GraphFactory>();
        return Props.Create(() => new GraphActor(
            stopping => factory.Start(system, provider.GetRequiredService<TimeProvider>(), stopping), provider.GetRequiredService<EngineParts>(), provider.GetRequiredService<GraphStatus>(),
            provider.GetRequiredService<AdmissionGate>(), provider.GetRequiredService<ILogger<GraphActor>>()));
    }

    private static Props Loop(IServiceProvider provider, string name, Action<CancellationToken> run) => Props.Create(() => new LoopActor(
        name, run, provider.GetRequiredService<EngineParts>(), provider.GetRequiredService<ILogger<LoopActor>>()));

    private static Props AllShards(IServiceProvider provider)
    {
        var shards = provider.GetRequiredService<ShardDirectory>().Shards;
        var parts = provider.GetRequiredService<EngineParts>();
        var status = provider.GetRequiredService<GraphStatus>();
        return provider.GetRequiredService<IFraudStore>().IsShared
            ? Props.Create(() => new RegionShards(
                shards, shard => Shard(provider, shard), provider.GetRequiredService<ShardRegionRef>(), () => status.Current, parts))
            : Props.Create(() => new LocalShards(shards, shard => Shard(provider, shard), parts));
    }

    private static Props Shard(IServiceProvider provider, int shard)
    {
        var status = provider.GetRequiredService<GraphStatus>();
        var surroundings = new ShardSurroundings(
            provider.GetRequiredService<ShardDirectory>(), provider.GetRequiredService<ShardPhases>(), provider.GetRequiredService<ShardTimeline>(),
            provider.GetService<IForwardedPayments>() ?? new NoForwardedPayments(), () => status.Current);
        var worker = Props.Create(() => new ShardWorker(
                shard, provider.GetRequiredService<IFraudStore>(), provider.GetRequiredService<NodeIdentity>(),
                provider.GetRequiredService<ClusterOptions>(), provider.GetRequiredService<Telemetry.StreamMetrics>(), provider.GetRequiredService<ILoggerFactory>()))
            .WithDispatcher(FraudEngine.ShardDispatcher);
        var actor = Props.Create(() => new ShardActor(
            shard, surroundings, provider.GetRequiredService<ClusterOptions>(), new ShardChildren(worker, owner => History(provider, shard, owner)),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ShardActor>>()));
        return EngineActor.Supervised(actor, "shard", provider.GetRequiredService<LifecycleOptions>(), static message => message is StopShard);
    }

    private static Props History(IServiceProvider provider, int shard, IActorRef owner) => ShardHistory.Supervised(
        Props.Create(() => new ShardHistory(
            shard, owner, provider.GetRequiredService<ShardTimeline>(), provider.GetRequiredService<EventsFile>(),
            provider.GetRequiredService<ILogger<ShardHistory>>())),
        provider.GetRequiredService<LifecycleOptions>());

    private static ResultsReader ResultsOf(IServiceProvider provider) => new(
        provider.GetRequiredService<IFraudStore>(), provider.GetRequiredService<ShardDirectory>(), provider.GetRequiredService<ResultsFeed>(),
        provider.GetRequiredService<ReadModelOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ResultsReader>>());

    private static RetentionLoop RetentionOf(IServiceProvider provider) => new(
        provider.GetRequiredService<IFraudStore>(), provider.GetRequiredService<StorageOptions>().Retention, provider.GetRequiredService<RetentionCounts>(),
        provider.GetRequiredService<LifecycleOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RetentionLoop>>());

    private static LabelSource LabelsOf(IServiceProvider provider, RecordSender letters)
    {
        var time = provider.GetRequiredService<TimeProvider>();
        var cards = provider.GetRequiredService<CardNumberGuard>();
        return new LabelSource(
            provider.GetRequiredService<KafkaOptions>(), provider.GetRequiredService<KafkaEndpoint>().BootstrapServers,
            new LabelReader(provider.GetRequiredService<TransactionLimits>(), cards, time), cards, provider.GetRequiredService<IFraudStore>(),
            provider.GetRequiredService<EngineWakes>().Follower.Set, letters, time, provider.GetRequiredService<ILogger<LabelSource>>());
    }

    private static AlertsReader AlertsOf(IServiceProvider provider, RecordSender sender)
    {
        var options = provider.GetRequiredService<AlertsOptions>();
        var store = provider.GetRequiredService<IFraudStore>();
        var directory = provider.GetRequiredService<ShardDirectory>();
        var log = provider.GetRequiredService<ILogger<AlertsReader>>();
        return new AlertsReader(
            new PageIntake(store, directory, provider.GetRequiredService<AlertsFeed>(), options.ToPace(), log),
            new PendingRecords(provider.GetRequiredService<KafkaOptions>().TransactionsTopic, options),
            new AlertPositions(store.Positions, options, provider.GetRequiredService<TimeProvider>()), sender,
            new EarlierRecords(store.EarlierOutbox, directory, sender), log);
    }

    private static RecordSender SenderOf(IServiceProvider provider) => new(
        provider.GetRequiredService<KafkaOptions>(), provider.GetRequiredService<KafkaEndpoint>().BootstrapServers,
        provider.GetRequiredService<ILogger<RecordSender>>(), provider.GetRequiredService<Telemetry.StreamMetrics>().Sent,
        provider.GetRequiredService<Tracing.PaymentTracer>());
}
