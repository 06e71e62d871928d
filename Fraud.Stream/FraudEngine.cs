using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Fraud.Stream.Batching;
using Fraud.Stream.Dispatch;
using Fraud.Stream.Events;
using Fraud.Stream.Formation;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Stream;

/// <summary>The actor system of a node, and which threads its stages have.</summary>
public static class FraudEngine
{
    public const string GraphDispatcher = "fraud.graph-dispatcher";
    public const string OnnxDispatcher = "fraud.onnx-dispatcher";
    public const string StoreDispatcher = "fraud.store-dispatcher";
    public const string ShardDispatcher = "fraud.shard-dispatcher";
    public const string SinkDispatcher = "fraud.sink-dispatcher";
    public const string ReaderDispatcher = "fraud.reader-dispatcher";

    public static AkkaConfigurationBuilder AddFraudEngine(this AkkaConfigurationBuilder akka, IServiceProvider provider) => akka
        .ConfigureLoggers(static loggers =>
        {
            loggers.ClearLoggers();
            loggers.AddLoggerFactory();
        })
        .AddHocon(Settings(provider.GetRequiredService<BatchingOptions>()), HoconAddMode.Prepend)
        .AddHocon(ShardsConfig.Defaults, HoconAddMode.Prepend)
        .AddHocon(EventsConfig.Of(provider.GetRequiredService<StorageOptions>()), HoconAddMode.Prepend)
        .AddFormation(provider)
        .WithActors((system, registry) => registry.Register<EngineActor>(system.ActorOf(
            Props.Create(() => new EngineActor(EngineProps.Of(provider, system), provider.GetRequiredService<LifecycleOptions>())), "engine")));

    /// <summary>An actor system without a host, for benchmarks and tests of the graph. It writes nothing: what they print is theirs.</summary>
    public static ActorSystem Create(BatchingOptions batching) => ActorSystem.Create(
        FormationConfig.SystemName, ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }").WithFallback(Settings(batching)));

    // Dedicated threads: every other dispatcher shares .NET's pool, which stages that block or compute would starve. Each lane has
    // one, and there is one store; what joins them is a few microseconds a group, and counting keeps nothing waiting.
    private static Config Settings(BatchingOptions batching) => ConfigurationFactory.ParseString(
        $$"""
        akka.loglevel = INFO
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        {{SleepingThreadsConfigurator.Dispatcher(GraphDispatcher, 1)}}
        {{SleepingThreadsConfigurator.Dispatcher(OnnxDispatcher, batching.LaneThreads)}}
        {{SleepingThreadsConfigurator.Dispatcher(StoreDispatcher, 1)}}
        {{SleepingThreadsConfigurator.Dispatcher(SinkDispatcher, 1)}}
        {{SleepingThreadsConfigurator.Dispatcher(ReaderDispatcher, 1)}}
        {{SleepingThreadsConfigurator.Dispatcher(ShardDispatcher, ShardThreads)}}
        """);

    // So many shards claim, recover and save side by side; each recovery keeps a core busy, and no more than a store takes well.
    private static readonly int ShardThreads = Math.Max(2, Environment.ProcessorCount / 2);
}
