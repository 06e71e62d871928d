using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Workload;
using Fraud.Stream;
using Fraud.Stream.Ingest;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fraud.Benchmarks.Kafka;

/// <summary>The product's own service without HTTP: a new store each round.</summary>
internal sealed class ServiceContestant(FilledTopic topic, Scratch scratch, string model)
{
    private static readonly TimeSpan LongestRound = TimeSpan.FromMinutes(5);
    private int _round;

    /// <summary>Share of the payments of the last round that left an alert.</summary>
    public double FlaggedShare { get; private set; }

    public async Task<Sample> Run(TimeSpan duration, CancellationToken cancellation)
    {
        var round = ++_round;
        var file = scratch.Path($"kafka-{round}.db");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kafka:BootstrapServers"] = topic.Broker.BootstrapServers,
            ["Kafka:GroupId"] = $"bench-{round}",
            ["Kafka:Partitions"] = FilledTopic.Partitions.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Storage:SqliteFile"] = file,
            ["Scoring:Model"] = model,
        });
        builder.Services.AddSingleton<IFraudStore>(provider => new WatchedStore(
            StoreFactory.Create(provider.GetRequiredService<StorageOptions>(), topic.Name, TimeProvider.System), topic));
        builder.Services.AddFraudStream(builder.Configuration);
        using var host = builder.Build();
        var store = (WatchedStore)host.Services.GetRequiredService<IFraudStore>();
        await host.StartAsync(cancellation);
        try
        {
            var sample = await store.AllStored.WaitAsync(LongestRound, cancellation);
            var missing = host.Services.GetRequiredService<SourceCounters>().RecordsMissing;
            FlaggedShare = (double)store.Count().Alerts / topic.Records;
            return missing == 0 ? sample : throw new InvalidDataException($"{missing} records were gone before they were read.");
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }
}
