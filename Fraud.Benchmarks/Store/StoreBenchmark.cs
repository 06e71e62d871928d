using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Reporting;
using Fraud.Benchmarks.Workload;
using Fraud.Stream.Ingest;
using Fraud.Stream.Storage;

namespace Fraud.Benchmarks.Store;

/// <summary>Rows a second into each store behind the journal, with ids that ascend and ids without order.</summary>
internal sealed class StoreBenchmark : IBenchmark
{
    public string Name => "store";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        using var scratch = new Scratch();
        var figures = new List<Figure>
        {
            await CompareAsync("SQLite", name => Sqlite(scratch.Path(name)), options, progress, cancellation),
        };
        if (options.Postgres is { } connection)
        {
            await using var schemas = new PostgresSchemas(connection);
            var ascending = await schemas.CreateAsync("ascending", cancellation);
            var random = await schemas.CreateAsync("random", cancellation);
            figures.Add(await CompareAsync(
                "PostgreSQL", name => Postgres(name == "ascending" ? ascending : random), options, progress, cancellation));
        }

        return new BenchmarkResult(
            Name,
            "rows with random ids, in transactions of 4,096",
            "rows with ascending ids",
            figures,
            options.Postgres is null ? ["PostgreSQL was left out: no --postgres and no FRAUD_POSTGRES"] : ["Stores start empty and grow"]);
    }

    private static async Task<Figure> CompareAsync(
        string kind, Func<string, IFraudStore> create, BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        using var random = new RowsContestant(create("random"), randomIds: true);
        using var ascending = new RowsContestant(create("ascending"), randomIds: false);
        var samples = await Rounds.RunAsync([random.AsContestant(), ascending.AsContestant()], options, progress, cancellation);
        return Figure.Compare($"{kind} rows", "/s", samples[0], samples[1], static sample => sample.PerSecond);
    }

    private static IFraudStore Sqlite(string file) => Create(new StorageOptions { SqliteFile = file });

    private static IFraudStore Postgres(string connection) =>
        Create(new StorageOptions { Kind = StoreKind.Postgres, Postgres = connection });

    private static IFraudStore Create(StorageOptions options) =>
        StoreFactory.Create(options, new KafkaOptions().TransactionsTopic, TimeProvider.System);
}
