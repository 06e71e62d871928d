namespace Fraud.Stream.Shadow;

/// <summary>
/// Whether two deciders on the same payments differ by more than chance. Only payments that exactly one of them got
/// right say anything; if neither was better, each would win half of those.
/// </summary>
/// <remarks>
/// Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
/// Psychometrika 12 (1947) 153-157; statistic with the correction of A. L. Edwards, Psychometrika 13 (1948) 185-187:
/// (|b - c| - 1)^2 / (b + c). The p-value is the exact two-sided one of the binomial distribution, min(1, 2 P(X &lt;= min(b, c)))
/// with X ~ B(b + c, 1/2), so that few payments need no approximation. For comparing classifiers: T. G. Dietterich,
/// Neural Computation 10 (1998) 1895-1923.
/// </remarks>
public static class McNemar
{
    // Below what a double adds.
    private const double Negligible = 1e-17;

    /// <summary>0 when no payment tells the two apart.</summary>
    public static double Statistic(long firstOnly, long secondOnly)
    {
        var all = firstOnly + secondOnly;
        var apart = Math.Max(0, Math.Abs(firstOnly - secondOnly) - 1.0);
        return all == 0 ? 0 : apart * apart / all;
    }

    /// <summary>1 when no payment tells the two apart.</summary>
    public static double PValue(long firstOnly, long secondOnly)
    {
        var all = firstOnly + secondOnly;
        var fewer = Math.Min(firstOnly, secondOnly);
        // log of all! / (fewer! (all - fewer)!) / 2^all, then the terms below it, each smaller by a known ratio.
        var log = -all * Math.Log(2);
        for (long i = 1; i <= fewer; i++)
        {
            log += Math.Log((double)(all - fewer + i) / i);
        }

        var term = Math.Exp(log);
        var sum = term;
        for (var i = fewer; i > 0 && term > sum * Negligible; i--)
        {
            term *= (double)i / (all - i + 1);
            sum += term;
        }

        return Math.Min(1, 2 * sum);
    }
}
