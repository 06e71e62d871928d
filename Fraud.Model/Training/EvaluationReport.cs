namespace Fraud.Model.Training;

/// <summary>How good a model is on test days.</summary>
/// <param name="Recalls">Share of each scenario's frauds at or above the review threshold.</param>
public sealed record EvaluationReport(
    int Rows,
    int Frauds,
    double RocAuc,
    double AveragePrecision,
    double CardPrecision100,
    Confusion Review,
    Confusion Block,
    IReadOnlyDictionary<int, double> Recalls)
{
    /// <summary>Average precision of each scenario's frauds among the legitimate payments.</summary>
    public IReadOnlyDictionary<int, double> ScenarioPrecisions { get; init; } = new Dictionary<int, double>();

    /// <summary>Expected calibration error: <see cref="Ranking.CalibrationError"/>.</summary>
    public double CalibrationError { get; init; }

    public static EvaluationReport Of(Dataset rows, ReadOnlySpan<float> scores, double reviewThreshold, double blockThreshold)
    {
        var copy = scores.ToArray();
        var byScenario = new SortedDictionary<int, (int Found, int All)>();
        for (var i = 0; i < rows.Rows; i++)
        {
            if (rows.IsFraud(i))
            {
                var scenario = rows.Info[i].Scenario;
                var (found, all) = byScenario.GetValueOrDefault(scenario);
                byScenario[scenario] = (found + (copy[i] >= (float)reviewThreshold ? 1 : 0), all + 1);
            }
        }

        return new EvaluationReport(
            rows.Rows,
            rows.Frauds,
            Ranking.RocAuc(scores, rows.IsFraud),
            Ranking.AveragePrecision(scores, rows.IsFraud),
            Ranking.CardPrecision(rows, scores, 100),
            Confusion.Of(rows, scores, reviewThreshold),
            Confusion.Of(rows, scores, blockThreshold),
            byScenario.ToDictionary(static entry => entry.Key, static entry => (double)entry.Value.Found / entry.Value.All))
        {
            ScenarioPrecisions = byScenario.Keys.ToDictionary(
                static scenario => scenario, scenario => PrecisionOf(rows, copy, scenario)),
            CalibrationError = Ranking.CalibrationError(scores, rows.IsFraud),
        };
    }

    private static double PrecisionOf(Dataset rows, float[] scores, int scenario)
    {
        var kept = Enumerable.Range(0, rows.Rows)
            .Where(i => !rows.IsFraud(i) || rows.Info[i].Scenario == scenario)
            .ToArray();
        return Ranking.AveragePrecision([.. kept.Select(i => scores[i])], i => rows.IsFraud(kept[i]));
    }

    public IReadOnlyDictionary<string, double> ToMetrics() => new SortedDictionary<string, double>(StringComparer.Ordinal)
    {
        ["average_precision"] = AveragePrecision,
        ["calibration_error"] = CalibrationError,
        ["card_precision_at_100"] = CardPrecision100,
        ["precision_at_review"] = Review.Precision,
        ["precision_at_block"] = Block.Precision,
        ["recall_at_review"] = Review.Recall,
        ["recall_at_block"] = Block.Recall,
        ["roc_auc"] = RocAuc,
        ["test_frauds"] = Frauds,
        ["test_rows"] = Rows,
    };
}

/// <summary>Counts at a threshold.</summary>
public sealed record Confusion(double Threshold, int TruePositives, int FalsePositives, int FalseNegatives, int TrueNegatives)
{
    /// <summary>Share of flagged payments that are frauds; 0 when none is flagged.</summary>
    public double Precision => TruePositives == 0 ? 0 : (double)TruePositives / (TruePositives + FalsePositives);

    /// <summary>Share of frauds that are flagged.</summary>
    public double Recall => TruePositives == 0 ? 0 : (double)TruePositives / (TruePositives + FalseNegatives);

    public static Confusion Of(Dataset rows, ReadOnlySpan<float> scores, double threshold)
    {
        int tp = 0, fp = 0, fn = 0, tn = 0;
        for (var i = 0; i < rows.Rows; i++)
        {
            switch (scores[i] >= (float)threshold, rows.IsFraud(i))
            {
                case (true, true): tp++; break;
                case (true, false): fp++; break;
                case (false, true): fn++; break;
                default: tn++; break;
            }
        }

        return new Confusion(threshold, tp, fp, fn, tn);
    }
}
