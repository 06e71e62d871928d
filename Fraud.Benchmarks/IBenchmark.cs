using Fraud.Benchmarks.Reporting;

namespace Fraud.Benchmarks;

/// <summary>One comparison of a part of the system with a baseline that does the same work without it.</summary>
public interface IBenchmark
{
    /// <summary>As on the command line.</summary>
    string Name { get; }

    /// <param name="progress">Told what runs now; for people.</param>
    Task<BenchmarkResult> RunAsync(BenchmarkOptions options, Action<string> progress, CancellationToken cancellation);
}
