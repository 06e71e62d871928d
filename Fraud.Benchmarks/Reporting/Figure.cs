using Fraud.Benchmarks.Measuring;

namespace Fraud.Benchmarks.Reporting;

/// <summary>One measure of a comparison.</summary>
/// <param name="Unit">"/s", "ns", "B", "ms", "MB".</param>
/// <param name="Baseline">Null where there is nothing to compare with.</param>
/// <param name="Ratio">Ours by the baseline's, paired by rounds.</param>
/// <param name="Bar">Null where nothing is asked.</param>
public sealed record Figure(string Measure, string Unit, Spread Ours, Spread? Baseline = null, Spread? Ratio = null, Bar? Bar = null)
{
    /// <summary>Null where nothing is asked.</summary>
    public bool? IsMet => Bar?.IsMet(this);

    public static Figure Compare(
        string measure,
        string unit,
        IReadOnlyList<Sample> ours,
        IReadOnlyList<Sample> baseline,
        Func<Sample, double> of,
        Bar? bar = null) => new(
            measure,
            unit,
            Spread.Of(ours.Select(of)),
            Spread.Of(baseline.Select(of)),
            Statistics.Paired(ours, baseline, of, Statistics.Ratio),
            bar);

    public static Figure Overhead(
        string measure, string unit, IReadOnlyList<Sample> ours, IReadOnlyList<Sample> baseline, Func<Sample, double> of, Bar bar) =>
        new(measure, unit, Statistics.Paired(ours, baseline, of, Statistics.Difference), Bar: bar);
}
