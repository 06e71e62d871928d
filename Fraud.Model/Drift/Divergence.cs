namespace Fraud.Model.Drift;

/// <summary>
/// How far the shares of a window are from those of the reference, and how far they may be by chance.
/// </summary>
/// <remarks>
/// Population stability index: sum of (q - p) ln(q / p); it is the symmetric Kullback-Leibler divergence (Jeffreys
/// 1946). For samples of n and m of the same population it is distributed as (1/n + 1/m) times chi-square with bins - 1
/// degrees of freedom (B. Yurdakul, Statistical Properties of Population Stability Index, 2018), so small samples have a
/// large one without any drift.
/// Kolmogorov-Smirnov: greatest difference of the cumulative shares, here at the bins' edges: at most a bin's share
/// less than of the values themselves, never more. By chance it stays below c(a) sqrt(1/n + 1/m) with
/// c(a) = sqrt(-ln(a/2) / 2) (Smirnov 1948).
/// Jensen-Shannon divergence in bits, 0 to 1 (J. Lin, Divergence Measures Based on the Shannon Entropy, 1991): near
/// p = q both it (in nats, times 8) and the index are sum of (q - p)^2 / p, so its noise is an eighth of the index's.
/// </remarks>
public static class Divergence
{
    // Half a payment in every bin, as Krichevsky and Trofimov have it: an empty bin would make the logarithm infinite.
    private const double Prior = 0.5;

    /// <summary>All three, and the number of bins in which anything lies.</summary>
    /// <param name="expected">Shares of the reference, by bin; they add up to 1.</param>
    /// <param name="weight">Payments that the reference stands for.</param>
    /// <param name="counts">Of the window, by bin.</param>
    public static Distance Between(ReadOnlySpan<double> expected, double weight, ReadOnlySpan<int> counts)
    {
        long n = 0;
        foreach (var count in counts)
        {
            n += count;
        }

        if (n == 0 || weight <= 0)
        {
            return default;
        }

        var used = 0;
        double psi = 0, ks = 0, js = 0, below = 0;
        for (var bin = 0; bin < counts.Length; bin++)
        {
            below += (counts[bin] / (double)n) - expected[bin];
            ks = Math.Max(ks, Math.Abs(below));
            if (counts[bin] == 0 && expected[bin] <= 0)
            {
                continue;
            }

            used++;
            var p = ((expected[bin] * weight) + Prior) / (weight + (Prior * counts.Length));
            var q = (counts[bin] + Prior) / (n + (Prior * counts.Length));
            var middle = (p + q) / 2;
            psi += (q - p) * Math.Log(q / p);
            js += 0.5 * ((p * Math.Log2(p / middle)) + (q * Math.Log2(q / middle)));
        }

        return new Distance(psi, ks, Math.Clamp(js, 0, 1), used);
    }

    /// <summary>What each stays below without drift, but for a share of <paramref name="significance"/> of windows.</summary>
    /// <param name="n">Payments in the window.</param>
    /// <param name="m">Payments that the reference stands for.</param>
    /// <param name="bins">Bins in which anything lies.</param>
    public static Distance Noise(double n, double m, int bins, double significance)
    {
        if (n <= 0 || m <= 0)
        {
            return new Distance(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, bins);
        }

        var sizes = (1 / n) + (1 / m);
        var psi = sizes * ChiSquare(Math.Max(1, bins - 1), significance);
        return new Distance(psi, Math.Sqrt(-Math.Log(significance / 2) / 2 * sizes), psi / 8 / Math.Log(2), bins);
    }

    /// <summary>The value that chi-square exceeds with a probability, after Wilson and Hilferty (1931); off by under 2 %.</summary>
    public static double ChiSquare(int freedom, double probability)
    {
        var part = 2.0 / (9 * freedom);
        var root = 1 - part + (UpperNormal(probability) * Math.Sqrt(part));
        return freedom * root * root * root;
    }

    /// <summary>The value that a standard normal exceeds with a probability of at most a half; off by under 0.0005 (Hastings 1955).</summary>
    public static double UpperNormal(double probability)
    {
        var t = Math.Sqrt(-2 * Math.Log(probability));
        return t - ((2.515517 + (t * (0.802853 + (t * 0.010328))))
            / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308)))))));
    }
}

/// <param name="Psi">Population stability index.</param>
/// <param name="Ks">Kolmogorov-Smirnov, 0 to 1. Means nothing where bins have no order.</param>
/// <param name="Js">Jensen-Shannon divergence, bits, 0 to 1.</param>
/// <param name="Bins">Bins in which anything lies.</param>
public readonly record struct Distance(double Psi, double Ks, double Js, int Bins);
