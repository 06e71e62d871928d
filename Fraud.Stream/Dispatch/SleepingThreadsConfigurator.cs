using System.Globalization;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Fraud.Stream.Dispatch;

/// <summary>Makes the threads of a dispatcher that names this class as its executor; "thread-count" says how many.</summary>
public sealed class SleepingThreadsConfigurator(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <summary>A dispatcher of its own threads, for the configuration.</summary>
    public static string Dispatcher(string name, int threads) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {{name}} {
          type = Dispatcher
          executor = "{{typeof(SleepingThreadsConfigurator).FullName}}, {{typeof(SleepingThreadsConfigurator).Assembly.GetName().Name}}"
          thread-count = {{threads}}
        }
        """);

    public override ExecutorService Produce(string id) => new SleepingThreads(
        id, Config.GetInt("thread-count"), error => Prerequisites.EventStream.Publish(new Error(error, id, typeof(SleepingThreads), "A task failed.")));
}
