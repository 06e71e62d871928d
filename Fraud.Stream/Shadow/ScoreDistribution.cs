namespace Fraud.Stream.Shadow;

/// <summary>How a model's scores are spread: quantiles to a thousandth, and shares in tenths from 0 to 1.</summary>
/// <param name="Histogram">Ten shares that add up to 1.</param>
public sealed record ScoreDistribution(double Mean, double P01, double P10, double P50, double P90, double P99, IReadOnlyList<double> Histogram)
{
    private const int Tenths = 10;

    internal static ScoreDistribution Of(IEnumerable<ScoreBin> bins)
    {
        var counts = new long[ShadowCounts.Bins];
        foreach (var bin in bins)
        {
            counts[bin.Bin] += bin.Payments;
        }

        var all = counts.Sum();
        var histogram = new double[Tenths];
        var sum = 0.0;
        for (var bin = 0; bin < counts.Length && all > 0; bin++)
        {
            histogram[bin * Tenths / ShadowCounts.Bins] += (double)counts[bin] / all;
            sum += counts[bin] * MiddleOf(bin);
        }

        return new ScoreDistribution(
            all == 0 ? 0 : Math.Round(sum / all, 6), At(0.01), At(0.10), At(0.50), At(0.90), At(0.99), [.. histogram.Select(static share => Math.Round(share, 6))]);

        // The upper end of the bin in which that share of all is reached.
        double At(double share)
        {
            var wanted = (long)Math.Ceiling(share * all);
            var seen = 0L;
            for (var bin = 0; bin < counts.Length; bin++)
            {
                seen += counts[bin];
                if (seen >= wanted && seen > 0)
                {
                    return (bin + 1.0) / ShadowCounts.Bins;
                }
            }

            return 0;
        }
    }

    private static double MiddleOf(int bin) => (bin + 0.5) / ShadowCounts.Bins;
}
