namespace Fraud.Benchmarks.Reporting;

/// <summary>A comparison with its figures.</summary>
/// <param name="Notes">What a reader must know to read the figures: the load's source, what was left out.</param>
public sealed record BenchmarkResult(
    string Name, string Ours, string Baseline, IReadOnlyList<Figure> Figures, IReadOnlyList<string> Notes);
