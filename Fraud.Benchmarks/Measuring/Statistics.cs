namespace Fraud.Benchmarks.Measuring;

/// <summary>A measure over the rounds.</summary>
public readonly record struct Spread(double Median, double Min, double Max)
{
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Spread(Statistics.Percentile(sorted, 0.5), Statistics.Percentile(sorted, 0), Statistics.Percentile(sorted, 1));
    }
}

/// <summary>The arithmetic of the reports.</summary>
public static class Statistics
{
    public static double Median(IEnumerable<double> values) => Spread.Of(values).Median;

    /// <summary>Between neighbours the value is interpolated, so the median of two is their middle.</summary>
    /// <param name="sorted">Ascending.</param>
    /// <param name="share">0 to 1.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Percentile(ReadOnlySpan<double> sorted, double share)
    {
        if (sorted.IsEmpty)
        {
            throw new ArgumentException("expected at least one value", nameof(sorted));
        }

        var position = Math.Clamp(share, 0, 1) * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (position - below));
    }

    /// <summary>
    /// Pairs what ran next to each other, so that a busy moment of the machine, which slows both, leaves the
    /// result alone.
    /// </summary>
    public static Spread Paired(
        IReadOnlyList<Sample> ours, IReadOnlyList<Sample> baseline, Func<Sample, double> measure, Func<double, double, double> combine) =>
        Spread.Of(ours.Zip(baseline, (one, other) => combine(measure(one), measure(other))));

    public static double Ratio(double ours, double baseline) => ours / baseline;

    public static double Difference(double ours, double baseline) => ours - baseline;
}
