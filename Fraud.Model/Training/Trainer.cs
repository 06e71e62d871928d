using Fraud.Model.Features;
using Fraud.Model.Registry;

namespace Fraud.Model.Training;

/// <summary>
/// Trains gradient-boosted trees: the last training days choose the number of rounds, calibration and thresholds, then
/// all training days train that many. Deterministic: same rows and options, same bytes.
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

        var (rounds, calibration, thresholds) = Validate(train, progress);
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
            scores = calibration.Apply(booster.PredictMargins(testMatrix));
        }

        return new TrainedModel(
            calibration.Apply(XgboostToOnnx.Convert(booster.Save(), columns.Length, rounds)),
            rounds,
            thresholds,
            train,
            test,
            scores,
            EvaluationReport.Of(test, scores, thresholds.Review, thresholds.Block))
        {
            Calibration = calibration,
        };
    }

    /// <summary>What the last training days, which these trees have not seen, say: how many rounds, how sure, from where on.</summary>
    private (int Rounds, Calibration Calibration, ModelThresholds Thresholds) Validate(
        Dataset train, Action<int, int, double>? progress)
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
        var (rounds, margins) = options.Rounds > 0
            ? Fixed(booster, fitMatrix, validationMatrix, progress)
            : Best(booster, fitMatrix, validationMatrix, progress);
        var calibration = options.Calibrate ? Calibration.Fit(margins, validation.IsFraud) : Calibration.None;
        return (rounds, calibration, options.Thresholds.Choose(validation, calibration.Apply(margins)));
    }

    private (int Rounds, float[] Margins) Fixed(
        Booster booster, BoosterMatrix fit, BoosterMatrix validation, Action<int, int, double>? progress)
    {
        for (var round = 0; round < options.Rounds; round++)
        {
            booster.Update(round, fit);
            progress?.Invoke(round + 1, options.Rounds, double.NaN);
        }

        return (options.Rounds, booster.PredictMargins(validation));
    }

    private (int Rounds, float[] Margins) Best(
        Booster booster, BoosterMatrix fit, BoosterMatrix validation, Action<int, int, double>? progress)
    {
        var best = double.MinValue;
        var bestRound = 0;
        float[] margins = [];
        for (var round = 0; round < options.MaxRounds && round - bestRound <= options.PatienceRounds; round++)
        {
            booster.Update(round, fit);
            var result = booster.Evaluate(round, validation);
            progress?.Invoke(round + 1, options.MaxRounds, result);
            if (result > best)
            {
                best = result;
                bestRound = round;
                margins = booster.PredictMargins(validation);
            }
        }

        return (bestRound + 1, margins);
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
/// <param name="TestScores">XGBoost's own scores of the test rows, calibrated, to hold the exported model against.</param>
public sealed record TrainedModel(
    byte[] Onnx,
    int Rounds,
    ModelThresholds Thresholds,
    Dataset Train,
    Dataset Test,
    IReadOnlyList<float> TestScores,
    EvaluationReport Report)
{
    /// <summary>What was written into the leaves.</summary>
    public Calibration Calibration { get; init; } = Calibration.None;
}
