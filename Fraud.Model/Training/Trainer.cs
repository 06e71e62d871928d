using Fraud.Model.Features;
using Fraud.Model.Registry;

namespace Fraud.Model.Training;

/// <summary>
/// Trains gradient-boosted trees: the last training days choose the number of rounds, then all training
/// days train that many. Deterministic: same rows and options, same bytes.
/// </summary>
public sealed class Trainer(TrainingOptions options)
{
    /// <param name="rows">Rows with all catalogue features, from the first training to the last test day.</param>
    /// <param name="progress">Called each round with the round, the most rounds and the validation result.</param>
    public TrainedModel Train(Dataset rows, Action<int, int, double>? progress = null)
    {
        var columns = options.Features.Select(ColumnOf).ToArray();
        var train = HandbookProtocol.Train(rows, options, columns);
        RequireBoth($"training days {options.TrainFrom:yyyy-MM-dd} to {options.TrainTo:yyyy-MM-dd}", train);

        var (rounds, thresholds) = ChooseRounds(train, progress);
        using var matrix = new BoosterMatrix(train);
        using var booster = new Booster(matrix, options.Parameters());
        for (var round = 0; round < rounds; round++)
        {
            booster.Update(round, matrix);
        }

        var test = HandbookProtocol.Test(rows, options, columns);
        float[] scores = [];
        if (test.Rows > 0)
        {
            using var testMatrix = new BoosterMatrix(test);
            scores = booster.Predict(testMatrix);
        }

        return new TrainedModel(
            XgboostToOnnx.Convert(booster.Save(), columns.Length, rounds),
            rounds,
            thresholds,
            train,
            test,
            scores,
            EvaluationReport.Of(test, scores, thresholds.Review, thresholds.Block));
    }

    private (int Rounds, ModelThresholds Thresholds) ChooseRounds(Dataset train, Action<int, int, double>? progress)
    {
        var lastFitDay = FeatureReplay.DayOf(options.TrainTo) - options.ValidationDays;
        var all = Enumerable.Range(0, train.Columns).ToArray();
        var fit = train.Select(all, i => train.Info[i].Day <= lastFitDay);
        var validation = train.Select(all, i => train.Info[i].Day > lastFitDay);
        RequireBoth("days that fit the trees", fit);
        RequireBoth($"last {options.ValidationDays} training days, which choose the number of rounds,", validation);
        using var fitMatrix = new BoosterMatrix(fit);
        using var validationMatrix = new BoosterMatrix(validation);
        using var booster = new Booster(fitMatrix, options.Parameters());
        var best = double.MinValue;
        var bestRound = 0;
        float[] bestScores = [];
        for (var round = 0; round < options.MaxRounds && round - bestRound <= options.PatienceRounds; round++)
        {
            booster.Update(round, fitMatrix);
            var result = booster.Evaluate(round, validationMatrix);
            progress?.Invoke(round + 1, options.MaxRounds, result);
            if (result > best)
            {
                best = result;
                bestRound = round;
                bestScores = booster.Predict(validationMatrix);
            }
        }

        return (bestRound + 1, ChooseThresholds(validation, bestScores));
    }

    /// <summary>Each threshold is the lowest score from which on the precision asked for is reached on validation days.</summary>
    private ModelThresholds ChooseThresholds(Dataset validation, float[] scores)
    {
        var review = Lowest(options.ReviewPrecision);
        return new ModelThresholds(review, Math.Max(review, Lowest(options.BlockPrecision)));

        double Lowest(double precision)
        {
            // Steps of a hundredth: finer than the validation days can tell apart.
            for (var step = 1; step < 100; step++)
            {
                if (Confusion.Of(validation, scores, step / 100.0).Precision >= precision)
                {
                    return step / 100.0;
                }
            }

            return 1;
        }
    }

    private static void RequireBoth(string days, Dataset rows)
    {
        if (rows.Frauds == 0 || rows.Frauds == rows.Rows)
        {
            throw new TrainingException($"the {days} hold {rows.Frauds} frauds in {rows.Rows} rows; both kinds are needed");
        }
    }

    private static int ColumnOf(string feature)
    {
        var column = FeatureCatalog.IndexOf(feature);
        return column >= 0
            ? column
            : throw new TrainingException($"'{feature}' is no feature; known are {string.Join(", ", FeatureCatalog.Names)}");
    }
}

/// <summary>What training made.</summary>
/// <param name="TestScores">XGBoost's own scores of the test rows, to hold the exported model against.</param>
public sealed record TrainedModel(
    byte[] Onnx,
    int Rounds,
    ModelThresholds Thresholds,
    Dataset Train,
    Dataset Test,
    IReadOnlyList<float> TestScores,
    EvaluationReport Report);
