using Fraud.Benchmarks.CardNumbers;
using Fraud.Benchmarks.Http;
using Fraud.Benchmarks.Kafka;
using Fraud.Benchmarks.Onnx;
using Fraud.Benchmarks.Reasons;
using Fraud.Benchmarks.Reporting;
using Fraud.Benchmarks.State;
using Fraud.Benchmarks.Store;
using Fraud.Benchmarks.Topology;

namespace Fraud.Benchmarks;

/// <summary>The benchmarks by name, and running them.</summary>
public static class BenchmarkSuite
{
    public const string AllName = "all";

    // The one with 10 million cards last: its memory would be in the others' way.
    private static readonly IBenchmark[] Benchmarks =
    [
        new TopologyBenchmark(),
        new OnnxBenchmark(),
        new ModelsBenchmark(),
        new ReasonsBenchmark(),
        new CardNumbersBenchmark(),
        new KafkaBenchmark(),
        new HttpBenchmark(),
        new StoreBenchmark(),
        new RowsBenchmark(),
        new StateBenchmark(),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Benchmarks.Select(static benchmark => benchmark.Name), AllName];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="progress">The benchmark and what it does now.</param>
    public static async Task<BenchmarkReport> RunAsync(
        string name, BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        var results = new List<BenchmarkResult>();
        foreach (var benchmark in Benchmarks.Where(benchmark => name == AllName || benchmark.Name == name))
        {
            results.Add(await benchmark.RunAsync(options, step => progress($"{benchmark.Name}: {step}"), cancellation));
            GC.Collect();
        }

        return new BenchmarkReport(Machine.Describe(), options.Duration.TotalSeconds, options.Rounds, results);
    }
}
