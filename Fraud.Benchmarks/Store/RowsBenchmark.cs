using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Reporting;
using Fraud.Benchmarks.Workload;
using Fraud.Stream.Ingest;
using Fraud.Stream.Storage;

namespace Fraud.Benchmarks.Store;

/// <summary>Rows written behind the journal against the commits that they follow: whether they keep up.</summary>
internal sealed class RowsBenchmark : IBenchmark
{
    private static readonly string topic = new KafkaOptions().TransactionsTopic;

    public string Name => "rows";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        using var scratch = new Scratch();
        var figures = await CompareAsync("SQLite", name => new StorageOptions { SqliteFile = scratch.Path(name) }, options, progress, cancellation);
        if (options.Postgres is { } connection)
        {
            await using var schemas = new PostgresSchemas(connection);
            var databases = new Dictionary<string, string>
            {
                ["pages"] = await schemas.CreateAsync("pages", cancellation),
                ["commits"] = await schemas.CreateAsync("commits", cancellation),
            };
            figures.AddRange(await CompareAsync(
                "PostgreSQL", name => new StorageOptions { Kind = StoreKind.Postgres, Postgres = databases[name] }, options, progress, cancellation));
        }

        return new BenchmarkResult(
            Name,
            "rows from pages in transactions of 4,096, the pages' writing included",
            "commits of the store's usual size, which write pages alone",
            figures,
            options.Postgres is null ? ["PostgreSQL was left out: no --postgres and no FRAUD_POSTGRES"] : ["Stores start empty and grow; ids ascend"]);
    }

    private static async Task<List<Figure>> CompareAsync(
        string kind, Func<string, StorageOptions> at, BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        using var pages = new RowsContestant(StoreFactory.Create(at("pages"), topic, TimeProvider.System), randomIds: false);
        using var commits = new StoreContestant(StoreFactory.Create(at("commits"), topic, TimeProvider.System));
        var samples = await Rounds.RunAsync([pages.AsContestant(), commits.AsContestant()], options, progress, cancellation);
        return
        [
            Figure.Compare($"{kind} payments", "/s", samples[0], samples[1], static sample => sample.PerSecond),
            Figure.Compare($"{kind} processor time", "ns/payment", samples[0], samples[1], static sample => sample.CpuNanosecondsPerItem),
            Figure.Compare($"{kind} allocated", "B/payment", samples[0], samples[1], static sample => sample.BytesPerItem),
        ];
    }
}
