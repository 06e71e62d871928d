namespace Fraud.Model.Training;

/// <summary>Measures of how well scores put frauds first.</summary>
public static class Ranking
{
    /// <summary>Area under the ROC curve; equal scores count half. NaN without both classes.</summary>
    public static double RocAuc(ReadOnlySpan<float> scores, Func<int, bool> isFraud)
    {
        var order = ByScoreDescending(scores);
        double negativesAbove = 0, pairsLost = 0, positives = 0;
        foreach (var (start, end) in Ties(order, scores.ToArray()))
        {
            double tiedPositives = 0;
            for (var i = start; i < end; i++)
            {
                tiedPositives += isFraud(order[i]) ? 1 : 0;
            }

            var tiedNegatives = end - start - tiedPositives;
            pairsLost += tiedPositives * (negativesAbove + (tiedNegatives / 2));
            positives += tiedPositives;
            negativesAbove += tiedNegatives;
        }

        return 1 - (pairsLost / (positives * negativesAbove));
    }

    /// <summary>
    /// Average precision: the sum over thresholds of precision times the recall gained there, equal scores
    /// sharing a threshold (as scikit-learn's average_precision_score). NaN without frauds.
    /// </summary>
    public static double AveragePrecision(ReadOnlySpan<float> scores, Func<int, bool> isFraud)
    {
        var order = ByScoreDescending(scores);
        double positives = 0, sum = 0;
        foreach (var (start, end) in Ties(order, scores.ToArray()))
        {
            double gained = 0;
            for (var i = start; i < end; i++)
            {
                gained += isFraud(order[i]) ? 1 : 0;
            }

            positives += gained;
            sum += gained * positives / end;
        }

        return sum / positives;
    }

    /// <summary>
    /// Card precision at k, the handbook's: each day the k cards with the highest score are looked at; the share
    /// of them with a fraud that day, averaged over days. A card found on one day is not looked at again.
    /// </summary>
    public static double CardPrecision(Dataset rows, ReadOnlySpan<float> scores, int k)
    {
        var days = new SortedDictionary<int, Dictionary<int, (float Score, bool Fraud)>>();
        for (var i = 0; i < rows.Rows; i++)
        {
            var info = rows.Info[i];
            if (!days.TryGetValue(info.Day, out var cards))
            {
                days[info.Day] = cards = [];
            }

            var seen = cards.GetValueOrDefault(info.Card, (float.MinValue, false));
            cards[info.Card] = (Math.Max(seen.Item1, scores[i]), seen.Item2 || rows.IsFraud(i));
        }

        var found = new HashSet<int>();
        var precisions = new List<double>();
        foreach (var cards in days.Values)
        {
            var detected = cards
                .Where(card => !found.Contains(card.Key))
                .OrderByDescending(static card => card.Value.Score)
                .ThenBy(static card => card.Key)
                .Take(k)
                .Where(static card => card.Value.Fraud)
                .Select(static card => card.Key)
                .ToArray();
            found.UnionWith(detected);
            precisions.Add((double)detected.Length / k);
        }

        return precisions.Count == 0 ? double.NaN : precisions.Average();
    }

    /// <summary>
    /// Expected calibration error: in ten bins of equal width, the difference between mean score and share of frauds,
    /// weighted by rows. NaN without rows.
    /// </summary>
    public static double CalibrationError(ReadOnlySpan<float> scores, Func<int, bool> isFraud)
    {
        const int bins = 10;
        Span<double> differences = stackalloc double[bins];
        differences.Clear();
        for (var i = 0; i < scores.Length; i++)
        {
            differences[Math.Clamp((int)(scores[i] * bins), 0, bins - 1)] += scores[i] - (isFraud(i) ? 1 : 0);
        }

        double sum = 0;
        foreach (var difference in differences)
        {
            sum += Math.Abs(difference);
        }

        return sum / scores.Length;
    }

    private static int[] ByScoreDescending(ReadOnlySpan<float> scores)
    {
        var keys = scores.ToArray();
        var order = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, order, Comparer<float>.Create(static (a, b) => b.CompareTo(a)));
        return order;
    }

    private static IEnumerable<(int Start, int End)> Ties(int[] order, float[] scores)
    {
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && scores[order[end]] == scores[order[start]])
            {
                end++;
            }

            yield return (start, end);
            start = end;
        }
    }
}
