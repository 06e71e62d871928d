using Fraud.Model.Registry;
using Fraud.Model.Training;

namespace Fraud.Model.Cards;

/// <summary>
/// Thresholds by the share of legitimate payments that may be flagged, which needs no fraud rate. A drawn row counts
/// for the 209 that it stands for, one of the complete first hour for itself.
/// </summary>
internal static class CardThresholds
{
    /// <param name="scores">Of the split's training rows, each by a model that had not seen the row.</param>
    public static ModelThresholds Choose(CardSplit split, float[] scores, CardTrainingOptions options)
    {
        var legitimate = Enumerable.Range(0, split.Train.Rows)
            .Where(row => !split.Train.IsFraud(row))
            .OrderByDescending(row => scores[row])
            .Select(row => (Score: scores[row], StandsFor: split.InFirstHour[row] ? 1 : CardTrainingOptions.DrawnRowStandsFor))
            .ToArray();
        var all = legitimate.Sum(static row => row.StandsFor);
        var review = Lowest(options.ReviewFalsePositives);
        return new ModelThresholds(review, Math.Max(review, Lowest(options.BlockFalsePositives)));

        double Lowest(double share)
        {
            var flagged = 0.0;
            foreach (var (score, standsFor) in legitimate)
            {
                flagged += standsFor;
                if (flagged > share * all)
                {
                    // Just above the first one too many, with the digits that a reader can use.
                    return Math.Min(1, RoundUp(score));
                }
            }

            return 0;
        }
    }

    private static double RoundUp(double score)
    {
        if (score <= 0)
        {
            return 1e-6;
        }

        var digits = Math.Pow(10, 2 - Math.Floor(Math.Log10(score)));
        return (Math.Floor(score * digits) + 1) / digits;
    }
}
