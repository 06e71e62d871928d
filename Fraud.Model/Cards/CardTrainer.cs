using Fraud.Model.Registry;
using Fraud.Model.Training;

namespace Fraud.Model.Cards;

/// <summary>
/// Trains a model of the card data set: folds of the training rows give scores by models that had not seen the row,
/// which choose the thresholds; all training rows train the model. Deterministic: same rows and options, same bytes.
/// </summary>
public sealed class CardTrainer(CardTrainingOptions options, CardNetwork network)
{
    /// <param name="progress">Called with the share that is done.</param>
    public TrainedCardModel Train(Dataset rows, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ICardLearner learner = network == CardNetwork.Spiking ? new SpikingLearner(options) : new TreeLearner(options);
        var split = CardSplit.Of(rows, options);
        var weights = split.Weights(options);
        var fits = options.Folds + 1;

        var shift = PriorShift.Between(FraudRate(split.Train, weights), CardTrainingOptions.NaturalFraudRate);
        var (unseen, aucs, precisions) = (new float[split.Train.Rows], new List<double>(), new List<double>());
        for (var fold = 0; fold < options.Folds; fold++)
        {
            var left = Rows(split, row => split.FoldOf[row] == fold);
            using var model = Fit(learner, split, weights, row => split.FoldOf[row] != fold, fold);
            var part = split.Train.Select(Columns(rows), row => split.FoldOf[row] == fold);
            var scores = model.Logits(part);
            aucs.Add(Ranking.RocAuc(scores, part.IsFraud));
            precisions.Add(Ranking.AveragePrecision(scores, part.IsFraud));
            for (var i = 0; i < left.Length; i++)
            {
                unseen[left[i]] = Natural(scores[i], shift);
            }
        }

        var thresholds = CardThresholds.Choose(split, unseen, options);
        using var final = Fit(learner, split, weights, static _ => true, options.Folds);
        float[] test = [.. final.Logits(split.Test).Select(logit => Natural(logit, shift))];
        var measures = final.Measures(split.Test).ToList();
        measures.AddRange(
        [
            KeyValuePair.Create("folds_average_precision", precisions.Average()),
            KeyValuePair.Create("folds_average_precision_deviation", Deviation(precisions)),
            KeyValuePair.Create("folds_roc_auc", aucs.Average()),
            KeyValuePair.Create("folds_roc_auc_deviation", Deviation(aucs)),
            KeyValuePair.Create("train_rows", (double)split.Train.Rows),
            KeyValuePair.Create("train_frauds", (double)split.Train.Frauds),
        ]);
        return new TrainedCardModel(
            final.Export(shift), learner.Rounds, learner.Parameters, thresholds, split, test,
            CardReport.Of(split.Test, test, thresholds), measures);

        ICardModel Fit(ICardLearner with, CardSplit of, float[] weighted, Func<int, bool> keep, int number) => with.Fit(
            of.Train.Select(Columns(rows), keep),
            [.. Rows(of, keep).Select(row => weighted[row])],
            done => progress?.Invoke((number + done) / fits),
            cancellation);
    }

    private static int[] Columns(Dataset rows) => [.. Enumerable.Range(0, rows.Columns)];

    private static int[] Rows(CardSplit split, Func<int, bool> keep) => [.. Enumerable.Range(0, split.Train.Rows).Where(keep)];

    private static float Natural(float logit, double shift) => (float)(1 / (1 + Math.Exp(-(logit + shift))));

    private static double FraudRate(Dataset rows, float[] weights) =>
        weights.Where((_, row) => rows.IsFraud(row)).Sum(static weight => (double)weight) / weights.Sum(static weight => (double)weight);

    private static double Deviation(List<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }
}

/// <summary>What learns.</summary>
public enum CardNetwork
{
    /// <summary>Gradient-boosted trees.</summary>
    Trees,

    /// <summary>Leaky integrate-and-fire neurons, trained by surrogate gradients.</summary>
    Spiking,
}

/// <summary>What training made.</summary>
/// <param name="TestScores">The trainer's own scores of the test rows, to hold the exported model against.</param>
/// <param name="Measures">What the folds gave, and what only this kind of model has.</param>
public sealed record TrainedCardModel(
    byte[] Onnx,
    int Rounds,
    IReadOnlyDictionary<string, string> Parameters,
    ModelThresholds Thresholds,
    CardSplit Split,
    float[] TestScores,
    CardReport Report,
    IReadOnlyList<KeyValuePair<string, double>> Measures);
