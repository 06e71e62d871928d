using System.Globalization;
using Fraud.Model.Registry;

namespace Fraud.Model.Training;

/// <summary>How the scores are found from which on payments are reviewed and blocked, on days the trees were not fitted to.</summary>
public abstract record ThresholdChoice
{
    // Hundredths are finer than the validation days can tell apart.
    private protected const int Steps = 100;

    /// <summary>Says what was asked for, for the manifest.</summary>
    public abstract string Describe();

    public abstract ModelThresholds Choose(Dataset rows, ReadOnlySpan<float> scores);
}

/// <summary>Each threshold is the lowest score from which on the precision asked for is reached.</summary>
public sealed record PrecisionThresholds(double Review, double Block) : ThresholdChoice
{
    public override string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"precision: review {Review}, block {Block}");

    public override ModelThresholds Choose(Dataset rows, ReadOnlySpan<float> scores)
    {
        var review = Lowest(rows, scores, Review);
        return new ModelThresholds(review, Math.Max(review, Lowest(rows, scores, Block)));
    }

    private static double Lowest(Dataset rows, ReadOnlySpan<float> scores, double precision)
    {
        for (var step = 1; step < Steps; step++)
        {
            if (Confusion.Of(rows, scores, step / 100.0).Precision >= precision)
            {
                return step / 100.0;
            }
        }

        return 1;
    }
}

/// <summary>
/// Thresholds of the least cost: a fraud that passes costs its amount, a review costs a fixed sum whatever it finds, and a
/// legitimate payment that is blocked costs a fixed sum.
/// </summary>
/// <param name="Review">Cost of one review, in units of the amounts.</param>
/// <param name="FalseBlock">Cost of one legitimate payment blocked.</param>
public sealed record CostThresholds(double Review, double FalseBlock) : ThresholdChoice
{
    public override string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"cost: review {Review}, false block {FalseBlock}, missed fraud its amount");

    public override ModelThresholds Choose(Dataset rows, ReadOnlySpan<float> scores)
    {
        // What approving instead of reviewing, and blocking instead of reviewing, costs more in all, by hundredth of score.
        var (approve, block) = (new double[Steps + 1], new double[Steps + 1]);
        for (var i = 0; i < rows.Rows; i++)
        {
            // A score counts for the highest threshold that it reaches.
            var step = Math.Clamp((int)(scores[i] * Steps), 0, Steps);
            while (step < Steps && scores[i] >= (float)((step + 1) / 100.0))
            {
                step++;
            }

            while (step > 0 && scores[i] < (float)(step / 100.0))
            {
                step--;
            }

            approve[step] += (rows.IsFraud(i) ? rows.Info[i].Amount : 0) - Review;
            block[step] += (rows.IsFraud(i) ? 0 : FalseBlock) - Review;
        }

        // All below the first threshold are approved, all from the second on blocked. Equal costs: the higher review
        // threshold, which asks for less work, and the lower block threshold, for the same reason.
        var (best, review, blocked) = (double.MaxValue, Steps, Steps);
        double approved = 0;
        for (var first = 1; first <= Steps; first++)
        {
            approved += approve[first - 1];
            double above = 0;
            for (var second = Steps; second >= first; second--)
            {
                above += block[second];
                if (approved + above <= best)
                {
                    (best, review, blocked) = (approved + above, first, second);
                }
            }
        }

        return new ModelThresholds(review / 100.0, blocked / 100.0);
    }

    /// <summary>What the decisions at these thresholds cost on rows.</summary>
    public double CostOf(Dataset rows, ReadOnlySpan<float> scores, ModelThresholds thresholds)
    {
        double cost = 0;
        for (var i = 0; i < rows.Rows; i++)
        {
            cost += scores[i] >= (float)thresholds.Block ? rows.IsFraud(i) ? 0 : FalseBlock
                : scores[i] >= (float)thresholds.Review ? Review
                : rows.IsFraud(i) ? rows.Info[i].Amount : 0;
        }

        return cost;
    }
}
