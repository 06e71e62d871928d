using Fraud.Model.Registry;
using Fraud.Model.Training;

namespace Fraud.Model.Cards;

/// <summary>
/// How good a model of the card data set is on rows. Average precision and precision hold for this file's share of
/// frauds alone, which is 40 times the natural one; ROC AUC, recall and false positives do not depend on it.
/// </summary>
public sealed record CardReport(
    int Rows, int Frauds, double RocAuc, double AveragePrecision, double RecallAtOnePercent, Confusion Review, Confusion Block)
{
    public static CardReport Of(Dataset rows, float[] scores, ModelThresholds thresholds) => new(
        rows.Rows,
        rows.Frauds,
        Ranking.RocAuc(scores, rows.IsFraud),
        Ranking.AveragePrecision(scores, rows.IsFraud),
        RecallAt(0.01, rows, scores),
        Confusion.Of(rows, scores, thresholds.Review),
        Confusion.Of(rows, scores, thresholds.Block));

    /// <summary>Largest share of frauds found while no more than that share of legitimate rows is flagged.</summary>
    public static double RecallAt(double falsePositives, Dataset rows, float[] scores)
    {
        var legitimate = Enumerable.Range(0, rows.Rows).Where(row => !rows.IsFraud(row)).Select(row => scores[row]).OrderDescending().ToArray();
        // One more would be too many: what lies above the first score that must not be flagged may be.
        var allowed = (int)(falsePositives * legitimate.Length);
        var limit = allowed < legitimate.Length ? legitimate[allowed] : float.NegativeInfinity;
        return (double)Enumerable.Range(0, rows.Rows).Count(row => rows.IsFraud(row) && scores[row] > limit) / rows.Frauds;
    }

    /// <summary>Share of legitimate rows that are flagged.</summary>
    public static double FalsePositiveRate(Confusion at) =>
        at.FalsePositives == 0 ? 0 : (double)at.FalsePositives / (at.FalsePositives + at.TrueNegatives);

    public SortedDictionary<string, double> ToMetrics() => new(StringComparer.Ordinal)
    {
        ["average_precision"] = AveragePrecision,
        ["false_positive_rate_at_block"] = FalsePositiveRate(Block),
        ["false_positive_rate_at_review"] = FalsePositiveRate(Review),
        ["precision_at_block"] = Block.Precision,
        ["precision_at_review"] = Review.Precision,
        ["recall_at_block"] = Block.Recall,
        ["recall_at_one_percent_false_positives"] = RecallAtOnePercent,
        ["recall_at_review"] = Review.Recall,
        ["roc_auc"] = RocAuc,
        ["test_frauds"] = Frauds,
        ["test_rows"] = Rows,
    };
}
